package dev.marey.workbench.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as people type and read them: {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}. */
final class DurationText implements ITypeConverter<Duration> {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m|h)?");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is no time; write it like 500ms, 1s or 2m");
    }
    long unitNanos =
        switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
          case "ms" -> 1_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 1_000_000_000L;
        };
    Duration duration =
        Duration.ofNanos(
            new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(unitNanos))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact());
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time at all; the least is 1ms");
    }
    return duration;
  }

  /** Milliseconds with three decimals at most, as they stand in JSON. */
  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1000.0) / 1000.0;
  }

  /** For people: {@code 850 µs}, {@code 12.3 ms}, {@code 2.50 s}, {@code 1 min 05 s}. */
  static String of(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    if (millis < 1) {
      return "%.0f µs".formatted(millis * 1000);
    }
    if (millis < 1000) {
      return String.format(Locale.ROOT, millis < 100 ? "%.1f ms" : "%.0f ms", millis);
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }
    return "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
