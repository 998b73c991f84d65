package dev.marey.workbench.cli;

import java.util.Locale;
import java.util.OptionalInt;

/** Numbers of bytes and pages for people. */
final class ByteText {

  private ByteText() {}

  /** {@code 512 B}, {@code 3.4 MB}, {@code 12 GB}; units of 1000. */
  static String of(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 9.95 ? "%.1f %sB" : "%.0f %sB", value, "kMGT".charAt(unit));
  }

  /** {@code 1,204}, or {@code -} if it is not known. */
  static String known(OptionalInt number) {
    return number.isPresent() ? String.format(Locale.ROOT, "%,d", number.getAsInt()) : "-";
  }

  /** {@code 1 page}, {@code 1,204 pages}. */
  static String count(long number, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
  }
}
