package dev.marey.workbench.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines typed before, walked up and down as in a shell. The line being typed is the newest.
 *
 * <p>Threading: fx.
 */
final class LineHistory {

  private static final int MOST = 200;

  private final List<String> lines = new ArrayList<>();
  private String typing = "";
  private int at;

  /** Takes a line that was given; the walk begins anew behind it. */
  void add(String line) {
    if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(line)) {
      lines.add(line);
    }
    if (lines.size() > MOST) {
      lines.remove(0);
    }
    at = lines.size();
  }

  /**
   * The line before.
   *
   * @param shown what stands in the field now
   */
  String older(String shown) {
    if (at == lines.size()) {
      typing = shown;
    }
    at = Math.max(0, at - 1);
    return lines.isEmpty() ? shown : lines.get(at);
  }

  /** The line after. */
  String newer(String shown) {
    if (at >= lines.size()) {
      return shown;
    }
    at++;
    return at == lines.size() ? typing : lines.get(at);
  }
}
