package dev.marey.workbench.session;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people type them: {@code 500M}, {@code 5G}, {@code 1.5 TB}, {@code 4GiB}. */
public final class BytesInput {

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*([KMGT]?)(I?)B?");

  private BytesInput() {}

  /** Units of 1000, with an i of 1024; empty if it is no size or less than a byte. */
  public static OptionalLong parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int power = " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
    boolean binary = !matcher.group(3).isEmpty();
    if (binary && power == 0) {
      return OptionalLong.empty();
    }
    long bytes =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(binary ? 1024 : 1000).pow(power))
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact();
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }
}
