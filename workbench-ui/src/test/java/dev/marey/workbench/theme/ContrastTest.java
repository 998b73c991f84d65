package dev.marey.workbench.theme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WCAG contrast of what the style sheets put on each other. */
final class ContrastTest {

  private static final Pattern COLOUR = Pattern.compile("(-[a-z0-9-]+):\\s*#([0-9a-f]{6});");

  @ParameterizedTest
  @CsvSource({
    "-color-fg-default, -m-panel",
    "-color-fg-default, -m-chrome",
    "-color-fg-default, -m-hover",
    "-color-fg-default, -color-bg-overlay",
    "-color-fg-default, -color-bg-subtle",
    "-color-fg-muted, -m-panel",
    "-color-fg-muted, -m-chrome",
    "-color-fg-muted, -m-tab-strip",
    "-color-fg-muted, -m-hover",
    "-color-fg-muted, -color-bg-overlay",
    "-color-fg-subtle, -m-panel",
    "-color-fg-subtle, -m-chrome",
    "-color-accent-fg, -m-panel",
    "-m-selection-text, -m-selection",
    "-m-live, -m-live-ground",
    "-m-live, -m-panel",
    "-m-live, -m-chrome",
    "-m-past, -m-past-ground",
    "-m-past, -m-chrome",
    "-m-compare, -m-panel",
    "-m-danger, -m-panel",
    "-m-danger, -m-chrome",
    "-m-danger, -color-bg-subtle",
    "-color-fg-muted, -color-bg-subtle",
    "-color-fg-default, -m-tab-strip",
    "-m-live, -m-hover",
    "-m-warning, -m-panel"
  })
  void textIsAtLeastFourAndAHalfToOne(String text, String ground) throws IOException {
    for (String sheet : new String[] {"dark.css", "light.css"}) {
      assertThat(contrast(sheet, text, ground)).as(sheet).isGreaterThanOrEqualTo(4.5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-m-node, -m-panel",
    "-m-lane-0, -m-panel",
    "-m-lane-1, -m-panel",
    "-m-lane-2, -m-panel",
    "-m-lane-3, -m-panel",
    "-m-lane-4, -m-panel",
    "-m-lane-5, -m-panel",
    "-m-warning, -m-panel"
  })
  void signsAreAtLeastThreeToOne(String sign, String ground) throws IOException {
    for (String sheet : new String[] {"dark.css", "light.css"}) {
      assertThat(contrast(sheet, sign, ground)).as(sheet).isGreaterThanOrEqualTo(3);
    }
  }

  private static double contrast(String sheet, String text, String ground) throws IOException {
    Map<String, Integer> colours = colours(sheet);
    double one = luminance(Objects.requireNonNull(colours.get(text), text));
    double other = luminance(Objects.requireNonNull(colours.get(ground), ground));
    return contrast(one, other);
  }

  private static double contrast(double one, double other) {
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }

  private static Map<String, Integer> colours(String sheet) throws IOException {
    try (InputStream in = Objects.requireNonNull(Theme.class.getResourceAsStream(sheet))) {
      Matcher found = COLOUR.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      Map<String, Integer> colours = new HashMap<>();
      while (found.find()) {
        colours.put(found.group(1), Integer.valueOf(found.group(2), 16));
      }
      return colours;
    }
  }

  /** Relative luminance as WCAG 2 defines it. */
  private static double luminance(int rgb) {
    return 0.2126 * linear(rgb >> 16 & 0xff)
        + 0.7152 * linear(rgb >> 8 & 0xff)
        + 0.0722 * linear(rgb & 0xff);
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
