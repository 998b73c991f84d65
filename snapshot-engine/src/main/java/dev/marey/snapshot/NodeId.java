package dev.marey.snapshot;

/**
 * Name of a node, unique in its session and never used again: {@code S1, S2, …}.
 *
 * @param number 1 for the first node of a session
 */
public record NodeId(int number) implements Comparable<NodeId> {

  public NodeId {
    if (number < 1) {
      throw new IllegalArgumentException("number is not positive: " + number);
    }
  }

  /**
   * Reads {@code S12} or {@code s12}.
   *
   * @throws IllegalArgumentException if the text is no node id
   */
  public static NodeId parse(String text) {
    if (!text.matches("[Ss][1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("not a node id (S1, S2, …): " + text);
    }
    return new NodeId(Integer.parseInt(text.substring(1)));
  }

  @Override
  public int compareTo(NodeId other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return "S" + number;
  }
}
