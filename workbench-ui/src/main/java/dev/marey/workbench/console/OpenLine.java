package dev.marey.workbench.console;

import java.util.Arrays;

/**
 * The line that a guest had begun and not ended, a prompt mostly. It is shown once more where the
 * guest goes on with it.
 */
final class OpenLine {

  private static final int LONGEST = 200;

  private OpenLine() {}

  /**
   * The line at that place of a transcript; empty where more than plain text is in it, which might
   * do something a second time.
   */
  static byte[] of(byte[] transcript, int end) {
    int begin = end;
    while (begin > 0 && transcript[begin - 1] != '\n') {
      if ((transcript[begin - 1] >= 0 && transcript[begin - 1] < ' ') || (end - begin == LONGEST)) {
        return new byte[0];
      }
      begin--;
    }
    return Arrays.copyOfRange(transcript, begin, end);
  }
}
