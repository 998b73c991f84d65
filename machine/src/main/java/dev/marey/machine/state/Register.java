package dev.marey.machine.state;

import java.math.BigInteger;

/**
 * One register of a virtual CPU.
 *
 * @param name as processor manuals call it: {@code RAX}, {@code CR3}, {@code XMM4}; parts of a
 *     segment have a blank: {@code CS base}
 * @param value unsigned
 * @param widthBits 16, 32, 64, 80 or 128
 * @param decoded what the bits mean, such as {@code PF ZF IF}; empty if the number says it all
 */
public record Register(String name, Group group, BigInteger value, int widthBits, String decoded) {

  /** Kinds of registers, in the order people look for them. */
  public enum Group {
    GENERAL,
    SEGMENT,
    CONTROL,
    DEBUG,
    MODEL_SPECIFIC,
    FLOATING_POINT,
    VECTOR
  }

  /** The low 64 bits. */
  public long bits() {
    return value.longValue();
  }

  /** All digits in lower-case hexadecimal, no prefix. */
  public String hex() {
    String digits = value.toString(16);
    return "0".repeat(Math.max(0, widthBits / 4 - digits.length())) + digits;
  }
}
