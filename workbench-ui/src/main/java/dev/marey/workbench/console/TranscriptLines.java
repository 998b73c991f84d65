package dev.marey.workbench.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Finds where in a console transcript a line of the terminal was printed. Immutable. */
final class TranscriptLines {

  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001b\\[[0-9;?]*[ -/]*[@-~]|\u001b[@-Z\\\\-_]|\u001b[()][0-9A-Za-z]|[\u0000-\b\u000b-\u001f]");

  private record Line(long endBytes, String text) {}

  private final List<Line> lines = new ArrayList<>();

  TranscriptLines(byte[] transcript) {
    int start = 0;
    for (int i = 0; i <= transcript.length; i++) {
      if (i == transcript.length || transcript[i] == '\n') {
        String raw = new String(transcript, start, i - start, StandardCharsets.UTF_8);
        lines.add(new Line(i, ESCAPES.matcher(raw).replaceAll("").strip()));
        start = i + 1;
      }
    }
  }

  /**
   * Where the line ended, in bytes from the start of the transcript.
   *
   * @param text the line as the terminal shows it
   * @param sameBelow how many lines below it in the terminal read the same
   */
  OptionalLong find(String text, int sameBelow) {
    String wanted = text.strip();
    int skip = sameBelow;
    for (int i = lines.size() - 1; i >= 0 && !wanted.isEmpty(); i--) {
      Line line = lines.get(i);
      boolean same = line.text().equals(wanted) || line.text().startsWith(wanted);
      if (same && skip-- == 0) {
        return OptionalLong.of(line.endBytes());
      }
    }
    return OptionalLong.empty();
  }
}
