package dev.marey.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes that were taken by themselves go as they get older: dense recent, sparse old.
 *
 * <p>Time is the guest's, as on the timeline's axis: a guest that stood still for an hour has not
 * got older. A node's age is the guest time of the newest node less its own; one that lies ahead of
 * it, on a branch that was left, is young. In every branch the axis is cut into spans of the
 * spacing that its age calls for, and of every span one node stays: one that stays anyway, else the
 * first. Spans begin at multiples of their length, so a coarser rule keeps what a finer one kept.
 *
 * <p>These always stay: nodes that a person took or that keep a present; pinned, named, noted and
 * tagged ones; beginnings, branch points and ends of branches, and the newest; whatever is not
 * complete; and what the caller asks to keep.
 *
 * @param tiers from young to old
 * @param spacingBehind of nodes older than all tiers
 */
public record ThinningRule(List<Tier> tiers, Duration spacingBehind) {

  /**
   * How dense nodes lie up to an age.
   *
   * @param youngerThan the age
   * @param spacing of every span as long as this one node stays; zero for all of them
   */
  public record Tier(Duration youngerThan, Duration spacing) {}

  /**
   * All of the last minute, one for every 10 s of the last 10 minutes, one a minute of the last
   * hour, one for every 10 minutes before.
   */
  public static final ThinningRule STANDARD =
      new ThinningRule(
          List.of(
              new Tier(Duration.ofMinutes(1), Duration.ZERO),
              new Tier(Duration.ofMinutes(10), Duration.ofSeconds(10)),
              new Tier(Duration.ofHours(1), Duration.ofMinutes(1))),
          Duration.ofMinutes(10));

  private static final int STEP = 4;

  private static final Comparator<Node> EARLIER =
      Comparator.comparing(Node::guestTime).thenComparing(Node::id);

  /** A stretch of one branch of which one node stays. */
  record Span(int lane, int tier, long number) {}

  public ThinningRule {
    tiers = List.copyOf(tiers);
  }

  /** A rule that keeps fewer: every tier ends four times as early and is four times as sparse. */
  public ThinningRule harder() {
    return new ThinningRule(
        tiers.stream()
            .map(
                tier ->
                    new Tier(tier.youngerThan().dividedBy(STEP), tier.spacing().multipliedBy(STEP)))
            .toList(),
        spacingBehind.multipliedBy(STEP));
  }

  /**
   * The nodes that go.
   *
   * @param keep nodes that stay whatever the rule says
   * @return oldest id first
   */
  public List<NodeId> toRemove(Timeline timeline, Set<NodeId> keep) {
    List<Node> complete =
        timeline.nodes().stream().filter(node -> node.state() == NodeState.COMPLETE).toList();
    if (complete.isEmpty()) {
      return List.of();
    }
    Map<NodeId, Long> children = children(timeline);
    Node newest = complete.get(complete.size() - 1);
    Set<NodeId> mayGo =
        complete.stream()
            .filter(node -> isPlain(node) && !keep.contains(node.id()))
            .filter(node -> node.parent().flatMap(timeline::find).isPresent())
            .map(Node::id)
            .filter(id -> !id.equals(newest.id()) && children.getOrDefault(id, 0L) == 1)
            .collect(Collectors.toSet());
    Set<NodeId> stay = new HashSet<>();
    Map<Span, List<Node>> spans = new HashMap<>();
    for (Node node : complete) {
      Optional<Span> span = spanOf(node, newest.guestTime());
      if (span.isPresent()) {
        spans.computeIfAbsent(span.get(), unused -> new ArrayList<>()).add(node);
      } else {
        stay.add(node.id());
      }
    }
    for (List<Node> inSpan : spans.values()) {
      if (inSpan.stream().allMatch(node -> mayGo.contains(node.id()))) {
        inSpan.stream().min(EARLIER).ifPresent(first -> stay.add(first.id()));
      }
    }
    return mayGo.stream().filter(id -> !stay.contains(id)).sorted().toList();
  }

  /** Children that failed do not count: there is nothing on that branch. */
  private static Map<NodeId, Long> children(Timeline timeline) {
    return timeline.nodes().stream()
        .filter(node -> node.state() != NodeState.FAILED)
        .flatMap(node -> node.parent().stream())
        .collect(Collectors.groupingBy(parent -> parent, Collectors.counting()));
  }

  private static boolean isPlain(Node node) {
    return node.origin() == Node.Origin.AUTOMATIC
        && !node.pinned()
        && node.label().isEmpty()
        && node.note().isBlank()
        && node.tags().isEmpty();
  }

  /** The span a node lies in; empty if all nodes of its age stay. */
  Optional<Span> spanOf(Node node, Duration newest) {
    Duration age = newest.minus(node.guestTime());
    int tier = 0;
    while (tier < tiers.size() && age.compareTo(tiers.get(tier).youngerThan()) >= 0) {
      tier++;
    }
    Duration spacing = tier < tiers.size() ? tiers.get(tier).spacing() : spacingBehind;
    return spacing.isZero()
        ? Optional.empty()
        : Optional.of(new Span(node.lane(), tier, node.guestTime().toNanos() / spacing.toNanos()));
  }
}
