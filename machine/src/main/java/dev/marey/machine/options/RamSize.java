package dev.marey.machine.options;

import java.util.Locale;
import java.util.OptionalLong;

/** Sizes as QEMU writes them: {@code 512}, {@code 1.5G}, {@code 0x200}. */
final class RamSize {

  static final long DEFAULT_BYTES = 128L << 20;
  private static final String SUFFIXES = "BKMGTPE";
  // QEMU rounds RAM up to this
  private static final long ALIGNMENT_BYTES = 8192;

  private RamSize() {}

  /** Bytes of a {@code -m} size, whose default unit is MiB; empty when it is no size. */
  static OptionalLong parse(String text) {
    return parse(text, "M");
  }

  /** Bytes of a size that counts in this unit if it names none; empty when it is no size. */
  static OptionalLong parse(String text, String defaultUnit) {
    double defaultBytes = Math.pow(1024, SUFFIXES.indexOf(defaultUnit));
    String upper = text.strip().toUpperCase(Locale.ROOT);
    if (upper.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      if (upper.startsWith("0X")) {
        return aligned(Long.parseLong(upper.substring(2), 16) * defaultBytes);
      }
      int unit = SUFFIXES.indexOf(upper.charAt(upper.length() - 1));
      String number = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
      if (!number.matches("[0-9]+(\\.[0-9]+)?")) {
        return OptionalLong.empty();
      }
      return aligned(Double.parseDouble(number) * (unit < 0 ? defaultBytes : Math.pow(1024, unit)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong aligned(double bytes) {
    if (bytes < 1 || bytes > (1L << 42)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ((long) bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES);
  }
}
