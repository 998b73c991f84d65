package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.snapshot.ThinningRule.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class ThinningRulePropertyTest {

  private static final ThinningRule RULE = ThinningRule.STANDARD;

  /** A tree as people make them: runs of automatic nodes, marks here and there, steps back. */
  private static Timeline tree(long seed, int count) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    Lanes lanes = new Lanes(0);
    Optional<Node> at = Optional.empty();
    for (int number = 1; number <= count; number++) {
      if (!nodes.isEmpty() && random.nextInt(40) == 0) {
        at = Optional.of(nodes.get(random.nextInt(nodes.size())));
      }
      long millis = random.nextInt(10) == 0 ? random.nextInt(600_000) : random.nextInt(5_000);
      Node node =
          node(
              number,
              at.map(Node::id),
              at.map(Node::guestTime).orElse(Duration.ZERO).plusMillis(millis),
              lanes.laneFor(at, nodes),
              random);
      nodes.add(node);
      at = node.state() == NodeState.FAILED ? at : Optional.of(node);
    }
    return Timeline.of(nodes);
  }

  private static Node node(
      int number, Optional<NodeId> parent, Duration guestTime, int lane, Random random) {
    return new Node(
        new NodeId(number),
        parent,
        random.nextInt(30) == 0 ? "named" : "",
        random.nextInt(30) == 0 ? "noted" : "",
        random.nextInt(30) == 0,
        random.nextInt(30) == 0 ? Tags.NONE.with(List.of("tagged")) : Tags.NONE,
        random.nextInt(10) == 0
            ? random.nextBoolean() ? Node.Origin.PERSON : Node.Origin.KEPT_PRESENT
            : Node.Origin.AUTOMATIC,
        random.nextInt(20) == 0 ? NodeState.FAILED : NodeState.COMPLETE,
        "",
        Instant.EPOCH,
        guestTime,
        RunState.RUNNING,
        lane,
        new Node.ConsoleOffset(0, 0),
        CaptureFigures.NONE);
  }

  /** What the engine does: children hang on the nearest ancestor that stays. */
  private static Timeline without(Timeline timeline, List<NodeId> gone) {
    List<Node> left = new ArrayList<>();
    for (Node node : timeline.nodes()) {
      Optional<NodeId> parent = node.parent();
      while (parent.filter(gone::contains).isPresent()) {
        parent = timeline.find(parent.get()).flatMap(Node::parent);
      }
      if (!gone.contains(node.id())) {
        left.add(node.withParent(parent));
      }
    }
    return Timeline.of(left);
  }

  private static Set<NodeId> asked(Timeline timeline, long seed) {
    Random random = new Random(seed);
    return timeline.nodes().stream()
        .map(Node::id)
        .filter(id -> random.nextInt(20) == 0)
        .collect(Collectors.toSet());
  }

  private static Set<Span> spans(Timeline timeline, ThinningRule rule) {
    List<Node> complete =
        timeline.nodes().stream().filter(node -> node.state() == NodeState.COMPLETE).toList();
    Duration newest = complete.get(complete.size() - 1).guestTime();
    return complete.stream()
        .flatMap(node -> rule.spanOf(node, newest).stream())
        .collect(Collectors.toSet());
  }

  private static ThinningRule rule(int steps) {
    ThinningRule rule = RULE;
    for (int i = 0; i < steps; i++) {
      rule = rule.harder();
    }
    return rule;
  }

  @Property(tries = 200)
  void whatIsToBeKeptIsNeverRemoved(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int count,
      @ForAll @IntRange(max = 5) int steps) {
    Timeline timeline = tree(seed, count);
    Set<NodeId> asked = asked(timeline, seed);
    List<NodeId> gone = rule(steps).toRemove(timeline, asked);
    assertThat(gone).noneMatch(asked::contains).isSorted().doesNotHaveDuplicates();
    List<Node> nodes = timeline.nodes();
    for (NodeId id : gone) {
      Node node = timeline.find(id).orElseThrow();
      assertThat(node.origin()).isEqualTo(Node.Origin.AUTOMATIC);
      assertThat(node.state()).isEqualTo(NodeState.COMPLETE);
      assertThat(node.pinned()).isFalse();
      assertThat(node.label() + node.note() + node.tags().words()).isEqualTo("[]");
      assertThat(timeline.children(id).stream().filter(n -> n.state() != NodeState.FAILED))
          .as("neither a branch point nor an end: %s", id)
          .hasSize(1);
      assertThat(nodes.stream().anyMatch(n -> n.id().compareTo(id) > 0)).isTrue();
    }
  }

  @Property(tries = 200)
  void thinningAgainRemovesNothing(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int count,
      @ForAll @IntRange(max = 5) int steps) {
    Timeline timeline = tree(seed, count);
    Set<NodeId> asked = asked(timeline, seed);
    Timeline thinned = without(timeline, rule(steps).toRemove(timeline, asked));
    assertThat(rule(steps).toRemove(thinned, asked)).isEmpty();
  }

  @Property(tries = 200)
  void whatIsLeftCoversEverySpanAndEveryYoungNodeStays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 600) int count,
      @ForAll @IntRange(max = 5) int steps) {
    Timeline timeline = tree(seed, count);
    ThinningRule rule = rule(steps);
    List<NodeId> gone = rule.toRemove(timeline, Set.of());
    if (spansOf(timeline).isEmpty()) {
      return;
    }
    assertThat(spans(without(timeline, gone), rule)).isEqualTo(spans(timeline, rule));
    Duration newest = newest(timeline).guestTime();
    assertThat(gone)
        .allMatch(
            id ->
                newest
                        .minus(timeline.find(id).orElseThrow().guestTime())
                        .compareTo(rule.tiers().get(0).youngerThan())
                    >= 0);
  }

  /** Of plain nodes alone at most one is left of every span. */
  @Property(tries = 100)
  void noSpanKeepsTwoPlainNodes(@ForAll long seed) {
    Timeline timeline = chain(seed, 500);
    Timeline thinned = without(timeline, RULE.toRemove(timeline, Set.of()));
    Duration newest = newest(timeline).guestTime();
    List<Span> spans =
        thinned.nodes().stream().flatMap(node -> RULE.spanOf(node, newest).stream()).toList();
    assertThat(new HashSet<>(spans)).hasSameSizeAs(spans);
  }

  @Example
  void aNodeEverySecondForTwoHoursLeavesWhatTheRuleSays() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i <= 7200; i++) {
      nodes.add(plain(i + 1, Duration.ofSeconds(i)));
    }
    Timeline timeline = Timeline.of(nodes);
    Timeline left = without(timeline, RULE.toRemove(timeline, Set.of()));
    assertThat(left.nodes().stream().map(node -> node.guestTime().toSeconds()))
        .filteredOn(second -> second <= 3600)
        .containsExactly(0L, 600L, 1200L, 1800L, 2400L, 3000L, 3600L);
    assertThat(between(left, 3601, 6600)).isEqualTo(51);
    assertThat(between(left, 6601, 7140)).isEqualTo(55);
    assertThat(between(left, 7141, 7200)).isEqualTo(60);
  }

  private static long between(Timeline timeline, long from, long to) {
    return timeline.nodes().stream()
        .map(node -> node.guestTime().toSeconds())
        .filter(second -> second >= from && second <= to)
        .count();
  }

  private static Set<Span> spansOf(Timeline timeline) {
    return timeline.nodes().stream().anyMatch(n -> n.state() == NodeState.COMPLETE)
        ? spans(timeline, RULE)
        : Set.of();
  }

  private static Node newest(Timeline timeline) {
    return timeline.nodes().stream()
        .filter(node -> node.state() == NodeState.COMPLETE)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private static Timeline chain(long seed, int count) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    Duration time = Duration.ZERO;
    for (int number = 1; number <= count; number++) {
      time = time.plusMillis(random.nextInt(20_000));
      nodes.add(plain(number, time));
    }
    return Timeline.of(nodes);
  }

  private static Node plain(int number, Duration guestTime) {
    return new Node(
        new NodeId(number),
        number == 1 ? Optional.empty() : Optional.of(new NodeId(number - 1)),
        "",
        "",
        false,
        Tags.NONE,
        Node.Origin.AUTOMATIC,
        NodeState.COMPLETE,
        "",
        Instant.EPOCH,
        guestTime,
        RunState.RUNNING,
        0,
        new Node.ConsoleOffset(0, 0),
        CaptureFigures.NONE);
  }
}
