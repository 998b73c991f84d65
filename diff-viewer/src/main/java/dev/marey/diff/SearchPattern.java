package dev.marey.diff;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Bytes to look for.
 *
 * <p>Threading: any; immutable.
 */
public final class SearchPattern {

  private final byte[] bytes;

  private SearchPattern(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Bytes in the order they lie in memory: {@code de ad be ef}, {@code deadbeef}.
   *
   * @throws IllegalArgumentException if these are no bytes; the message is for people
   */
  public static SearchPattern ofHex(String text) {
    String digits = text.replaceAll("\\s+", "");
    if (!digits.matches("([0-9a-fA-F]{2})+")) {
      throw new IllegalArgumentException(
          "“"
              + text.strip()
              + "” is not a row of bytes: write two hexadecimal digits for each, as in “de ad be"
              + " ef”");
    }
    return new SearchPattern(HexFormat.of().parseHex(digits));
  }

  /**
   * Text as it lies in memory in UTF-8.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static SearchPattern ofText(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("There is nothing to search for: type some text");
    }
    return new SearchPattern(text.getBytes(StandardCharsets.UTF_8));
  }

  public int lengthBytes() {
    return bytes.length;
  }

  /** Offset of the first occurrence in {@code haystack[from, to)}; -1 if there is none. */
  int indexIn(byte[] haystack, int from, int to) {
    int last = to - bytes.length;
    for (int i = from; i <= last; i++) {
      if (haystack[i] == bytes[0] && matches(haystack, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean matches(byte[] haystack, int at) {
    for (int i = 1; i < bytes.length; i++) {
      if (haystack[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
