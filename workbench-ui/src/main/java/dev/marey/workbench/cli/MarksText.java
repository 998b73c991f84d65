package dev.marey.workbench.cli;

import dev.marey.snapshot.Node;

/** What people have written on a node, in one line. */
final class MarksText {

  private static final int LONGEST_NOTE = 40;

  private MarksText() {}

  /** {@code boot [pinned] [tags: net, slow] [note: the first line…]}; empty if there is nothing. */
  static String of(Node node) {
    StringBuilder text = new StringBuilder(node.label());
    if (node.pinned()) {
      text.append(" [pinned]");
    }
    if (!node.tags().isEmpty()) {
      text.append(" [tags: ").append(node.tags()).append(']');
    }
    if (!node.note().isBlank()) {
      text.append(" [note: ").append(firstLine(node.note().strip())).append(']');
    }
    return text.toString().strip();
  }

  /** With dots where something is left out. */
  private static String firstLine(String note) {
    String line = note.lines().findFirst().orElse("").stripTrailing();
    int length = line.codePointCount(0, line.length());
    String start =
        length > LONGEST_NOTE
            ? line.substring(0, line.offsetByCodePoints(0, LONGEST_NOTE - 1)).stripTrailing()
            : line;
    return start.replaceAll("\\p{Cntrl}", " ") + (start.length() < note.length() ? "…" : "");
  }
}
