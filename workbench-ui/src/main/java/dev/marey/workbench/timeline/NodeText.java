package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Nodes in words: for tooltips, screen readers and headers. */
public final class NodeText {

  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private static final int LONGEST_TITLE = 18;

  private NodeText() {}

  /** Several lines: what it is, when, and anything unusual. */
  public static String tooltip(Node node, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add(node.id() + (node.label().isEmpty() ? "" : "  " + node.label()));
    lines.add("guest time " + guestTime(node.guestTime()));
    lines.add("taken " + WALL.format(node.takenAt().atZone(zone)) + ", " + origin(node.origin()));
    if (!node.tags().isEmpty()) {
      lines.add("tags: " + node.tags());
    }
    if (!node.note().isEmpty()) {
      lines.add(node.note());
    }
    String state = state(node);
    if (!state.isEmpty()) {
      lines.add(state);
    }
    return String.join("\n", lines);
  }

  /** One sentence for a screen reader. */
  public static String spoken(Node node, boolean live) {
    StringBuilder text = new StringBuilder("node ").append(node.id());
    if (!node.label().isEmpty()) {
      text.append(", ").append(node.label());
    }
    text.append(", guest time ").append(guestTime(node.guestTime()));
    text.append(", branch ").append(node.lane() + 1);
    if (live) {
      text.append(", live");
    }
    if (node.pinned()) {
      text.append(", pinned");
    }
    if (!node.tags().isEmpty()) {
      text.append(", tags ").append(node.tags());
    }
    String state = state(node);
    if (!state.isEmpty()) {
      text.append(", ").append(state);
    }
    return text.toString();
  }

  public static String origin(Node.Origin origin) {
    return switch (origin) {
      case PERSON -> "by hand";
      case AUTOMATIC -> "automatically";
      case KEPT_PRESENT -> "to keep the present";
    };
  }

  /** Empty for a node that is as it should be. */
  public static String state(Node node) {
    String reason = node.reason().isEmpty() ? "" : ": " + node.reason();
    return switch (node.state()) {
      case COMPLETE -> "";
      case SAVING -> "still being saved";
      case FAILED -> "capture failed" + reason;
      case DAMAGED -> "damaged" + reason;
    };
  }

  /** Whether a guest can be put back to it. */
  public static boolean revertible(Node node) {
    return node.state() == NodeState.COMPLETE || node.state() == NodeState.SAVING;
  }

  /** Guest time as a clock with tenths: {@code 1:05.3}. */
  public static String guestTime(Duration time) {
    long tenths = time.toMillis() / 100;
    return clock(Math.floor(tenths / 10.0), 1) + "." + tenths % 10;
  }

  /** How often, short: {@code 5 s}, {@code 5 min}. */
  public static String every(Duration time) {
    return time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  /** A span of time in the unit that suits it: {@code 0.4 s}, {@code 41 s}, {@code 3 min 5 s}. */
  public static String span(Duration time) {
    long millis = Math.abs(time.toMillis());
    if (millis < 10_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = millis / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /** The label under a mark. */
  static String shortTitle(List<Node> nodes) {
    if (nodes.size() > 1) {
      return Integer.toString(nodes.size());
    }
    String title = nodes.get(0).title();
    return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE - 1) + "…";
  }

  /** The label under a mark where there is little room. */
  static String shortestTitle(List<Node> nodes) {
    return nodes.size() > 1 ? shortTitle(nodes) : nodes.get(0).id().toString();
  }

  /** Seconds as a clock, as exact as the step asks for: {@code 1:05}, {@code 0:00.25}. */
  static String clock(double seconds, double step) {
    long whole = (long) Math.floor(seconds + 1e-9);
    String text =
        whole >= 3600
            ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
            : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    if (step < 1) {
      text += String.format(Locale.ROOT, "%.2f", seconds - whole).substring(1);
    }
    return text;
  }
}
