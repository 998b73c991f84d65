package dev.marey.workbench.timeline;

import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.timeline.TimelinePicture.Branch;
import dev.marey.workbench.timeline.TimelinePicture.Mark;
import dev.marey.workbench.timeline.TimelinePicture.Present;
import dev.marey.workbench.timeline.TimelinePicture.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where each node of a timeline lies at one zoom. Guest time goes to the right; nodes closer than
 * they are wide are set beside each other, and from {@link #CLUSTER_FROM} nodes on are drawn as
 * clusters. Immutable.
 */
final class TimelineLayout {

  static final double LEFT = 36;
  static final double RIGHT = 110;

  static final double CLOSEST = 18;
  static final int CLUSTER_FROM = 500;

  /** No label comes nearer to the present's sign than this. */
  private static final double BESIDE_PRESENT = 13;

  private final Timeline timeline;
  private final LiveSample live;
  private final double pixelsPerSecond;
  private final Set<NodeId> never;
  private final LaneLabels labels;
  private final Map<NodeId, Double> x = new HashMap<>();
  private final TreeMap<Integer, List<Node>> lanes = new TreeMap<>();
  private final Set<NodeId> forks = new HashSet<>();
  private final boolean clustered;

  /**
   * Lays out a timeline.
   *
   * @param never nodes that must not vanish in a cluster, such as the selected one
   */
  TimelineLayout(
      Timeline timeline,
      LiveSample live,
      double pixelsPerSecond,
      Set<NodeId> never,
      LaneLabels labels) {
    this.timeline = timeline;
    this.live = live;
    this.pixelsPerSecond = pixelsPerSecond;
    this.never = Set.copyOf(never);
    this.labels = labels;
    List<Node> nodes = timeline.nodes();
    this.clustered = nodes.size() > CLUSTER_FROM;
    for (Node node : nodes) {
      lanes.computeIfAbsent(node.lane(), lane -> new ArrayList<>()).add(node);
    }
    for (List<Node> lane : lanes.values()) {
      lane.sort(Comparator.comparing(Node::guestTime).thenComparing(Node::id));
    }
    for (Node node : nodes) {
      place(node);
      node.parent()
          .flatMap(timeline::find)
          .filter(parent -> parent.lane() != node.lane())
          .ifPresent(parent -> forks.add(parent.id()));
    }
    if (!clustered) {
      lanes.values().forEach(this::pushApart);
    }
  }

  private void place(Node node) {
    x.put(node.id(), at(node.guestTime()));
  }

  private void pushApart(List<Node> lane) {
    double least = 0;
    for (Node node : lane) {
      double parent = node.parent().map(id -> x.getOrDefault(id, 0.0) + CLOSEST).orElse(0.0);
      double place = Math.max(Math.max(x(node.id()), least), parent);
      x.put(node.id(), place);
      least = place + CLOSEST;
    }
  }

  private double at(Duration guestTime) {
    return LEFT + guestTime.toMillis() / 1000.0 * pixelsPerSecond;
  }

  /** Where a node of the timeline lies. */
  double x(NodeId id) {
    return x.getOrDefault(id, LEFT);
  }

  /** Width of the whole drawing. */
  double width() {
    double last = x.values().stream().mapToDouble(Double::doubleValue).max().orElse(LEFT);
    return Math.max(last, present().map(Present::x).orElse(LEFT)) + RIGHT;
  }

  int laneCount() {
    int last = lanes.isEmpty() ? 0 : lanes.lastKey();
    return Math.max(last, present().map(Present::lane).orElse(0)) + 1;
  }

  /** The present when it is not exactly at a node. */
  Optional<Present> present() {
    boolean gone = live.runState() == RunState.ENDED;
    Optional<Node> base = live.base().flatMap(timeline::find);
    if (live.equals(LiveSample.NONE) || (!gone && base.isPresent() && !live.differs())) {
      return Optional.empty();
    }
    double place = at(live.guestTime());
    int lane = 0;
    if (base.isPresent()) {
      place = Math.max(place, x(base.get().id()) + CLOSEST);
      lane = timeline.children(base.get().id()).isEmpty() ? base.get().lane() : lanes.lastKey() + 1;
    } else if (!lanes.isEmpty()) {
      lane = lanes.lastKey() + 1;
    }
    return Optional.of(new Present(place, lane, gone));
  }

  /** What touches the pixels between {@code left} and {@code right}. */
  TimelinePicture picture(double left, double right) {
    List<Mark> marks = new ArrayList<>();
    lanes.forEach((lane, nodes) -> marks.addAll(marks(lane, nodes, left, right)));
    return new TimelinePicture(
        List.copyOf(marks),
        branches(left, right),
        ticks(left, right),
        present(),
        laneCount(),
        width());
  }

  private List<Mark> marks(int lane, List<Node> nodes, double left, double right) {
    List<List<Node>> groups = new ArrayList<>();
    double groupStart = Double.NEGATIVE_INFINITY;
    boolean open = false;
    for (Node node : nodes) {
      double place = x(node.id());
      if (place < left - 60 || place > right + 60) {
        continue;
      }
      boolean alone = !clustered || standsOut(node);
      if (!alone && open && place - groupStart < CLOSEST) {
        groups.get(groups.size() - 1).add(node);
      } else {
        groups.add(new ArrayList<>(List.of(node)));
        groupStart = place;
        open = !alone;
      }
    }
    double end =
        present()
            .filter(present -> present.lane() == lane)
            .map(present -> present.x() - BESIDE_PRESENT)
            .orElse(Double.POSITIVE_INFINITY);
    List<String> names = labels.of(groups.stream().map(this::wish).toList(), end);
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      marks.add(mark(lane, groups.get(i), names.get(i)));
    }
    return marks;
  }

  private LaneLabels.Wish wish(List<Node> group) {
    Node first = group.get(0);
    boolean now = isLive(group);
    List<String> names =
        Stream.of(NodeText.shortTitle(group), NodeText.shortestTitle(group))
            .map(name -> now ? name + " · live" : name)
            .toList();
    return new LaneLabels.Wish(x(first.id()), names, now || never.contains(first.id()));
  }

  private boolean standsOut(Node node) {
    return never.contains(node.id())
        || node.pinned()
        || !node.label().isEmpty()
        || forks.contains(node.id())
        || live.base().equals(Optional.of(node.id()));
  }

  private Mark mark(int lane, List<Node> group, String label) {
    Node first = group.get(0);
    double place = x(first.id());
    double start = first.parent().filter(x::containsKey).map(this::x).orElse(place - CLOSEST);
    int pages = group.stream().mapToInt(TimelineLayout::pagesChanged).max().orElse(0);
    return new Mark(List.copyOf(group), place, lane, start, pages, label, isLive(group));
  }

  private static int pagesChanged(Node node) {
    return node.figures().pagesChanged().orElse(node.figures().pagesDirty());
  }

  private boolean isLive(List<Node> group) {
    return present().isEmpty()
        && live.base().equals(Optional.of(group.get(0).id()))
        && group.size() == 1;
  }

  /** Lines within a lane are joined, so that thousands of nodes need few of them. */
  private List<Branch> branches(double left, double right) {
    List<Branch> branches = new ArrayList<>();
    for (Map.Entry<Integer, List<Node>> entry : lanes.entrySet()) {
      int lane = entry.getKey();
      double from = Double.NaN;
      double to = Double.NaN;
      for (Node node : entry.getValue()) {
        Optional<Node> parent = node.parent().flatMap(timeline::find);
        if (parent.isEmpty()) {
          continue;
        }
        double start = x(parent.get().id());
        double end = x(node.id());
        if (parent.get().lane() != lane) {
          add(branches, new Branch(start, parent.get().lane(), end, lane, false), left, right);
        } else if (start <= to + 0.5) {
          to = Math.max(to, end);
        } else {
          addLine(branches, from, to, lane, left, right);
          from = start;
          to = end;
        }
      }
      addLine(branches, from, to, lane, left, right);
    }
    present()
        .ifPresent(
            tip ->
                live.base()
                    .flatMap(timeline::find)
                    .ifPresent(
                        base ->
                            add(
                                branches,
                                new Branch(x(base.id()), base.lane(), tip.x(), tip.lane(), true),
                                left,
                                right)));
    return List.copyOf(branches);
  }

  private static void addLine(
      List<Branch> branches, double from, double to, int lane, double left, double right) {
    if (!Double.isNaN(from)) {
      add(branches, new Branch(from, lane, to, lane, false), left, right);
    }
  }

  private static void add(List<Branch> branches, Branch branch, double left, double right) {
    if (branch.toX() >= left && branch.fromX() <= right) {
      branches.add(branch);
    }
  }

  private List<Tick> ticks(double left, double right) {
    double[] steps = {
      0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200,
      18000, 36000, 86400, 864000
    };
    double step = steps[steps.length - 1];
    for (double candidate : steps) {
      if (candidate * pixelsPerSecond >= 70) {
        step = candidate;
        break;
      }
    }
    List<Tick> ticks = new ArrayList<>();
    long first = (long) Math.max(0, Math.floor((left - LEFT) / pixelsPerSecond / step));
    for (long i = first; ; i++) {
      double place = LEFT + i * step * pixelsPerSecond;
      if (place > right) {
        return List.copyOf(ticks);
      }
      ticks.add(new Tick(place, NodeText.clock(i * step, step)));
    }
  }
}
