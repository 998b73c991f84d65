package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javafx.scene.paint.Color;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ThemeContrastTest {

  private static final double READABLE = 4.5;
  private static final Pattern ENTRY = Pattern.compile("(-marey-[a-z-]+): (#[0-9a-f]{6});");

  @ParameterizedTest
  @EnumSource(DiffTheme.class)
  void everyTextIsReadableOnItsBackgrounds(DiffTheme theme) throws IOException {
    Map<String, Color> colors = colors(theme);
    Stream.of("text", "zero", "ascii", "address", "current-address", "failed")
        .forEach(text -> readable(colors, "-marey-hex-" + text, "-marey-hex-bg"));
    readable(colors, "-marey-hex-changed-text", "-marey-hex-changed-bg");
    Stream.of("text", "changed-text")
        .forEach(text -> readable(colors, "-marey-hex-" + text, "-marey-hex-selection-bg"));
    for (String ground : List.of("-marey-diff-bg", "-marey-diff-bar-bg")) {
      Stream.of("text", "muted", "problem")
          .forEach(text -> readable(colors, "-marey-diff-" + text, ground));
    }
    Stream.of("changed", "appeared", "zeroed")
        .forEach(kind -> readable(colors, "-marey-kind-" + kind, "-marey-diff-bg"));
  }

  private static void readable(Map<String, Color> colors, String text, String ground) {
    double contrast = contrast(color(colors, text), color(colors, ground));
    assertThat(contrast).as("%s on %s", text, ground).isGreaterThanOrEqualTo(READABLE);
  }

  private static Color color(Map<String, Color> colors, String name) {
    return Objects.requireNonNull(colors.get(name), name);
  }

  private static Map<String, Color> colors(DiffTheme theme) throws IOException {
    Map<String, Color> colors = new HashMap<>();
    try (InputStream sheet = URI.create(theme.stylesheet()).toURL().openStream()) {
      Matcher entry = ENTRY.matcher(new String(sheet.readAllBytes(), StandardCharsets.UTF_8));
      while (entry.find()) {
        colors.put(entry.group(1), Color.web(entry.group(2)));
      }
    }
    return colors;
  }

  /** WCAG 2.1. */
  private static double contrast(Color a, Color b) {
    double high = Math.max(luminance(a), luminance(b));
    double low = Math.min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
  }

  private static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  private static double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
  }
}
