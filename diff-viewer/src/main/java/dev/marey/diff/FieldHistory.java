package dev.marey.diff;

import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In how many pairs of neighbouring nodes each field of the devices changed. What changes in most
 * of them is usual, as with pages ({@link PageHistory}): clocks, counters, registers of a guest at
 * work.
 *
 * <p>Threading: any; immutable.
 */
public final class FieldHistory {

  /** Nothing is known. */
  public static final FieldHistory NONE = of(List.of());

  private final int pairs;
  private final Map<String, Integer> changes;

  private FieldHistory(int pairs, Map<String, Integer> changes) {
    this.pairs = pairs;
    this.changes = Map.copyOf(changes);
  }

  /** Gives the device state of a node. */
  @FunctionalInterface
  public interface States {
    StateTree of(NodeId node) throws SnapshotException;
  }

  /**
   * What the last {@link NeighbouringPairs} before two nodes tell. Reads the state of each of their
   * nodes, 2 to 5 ms. A pair with one that cannot be read tells nothing.
   *
   * @return empty if it was cancelled
   */
  public static Optional<FieldHistory> before(
      Timeline timeline, NodeId a, NodeId b, States states, Progress progress) {
    List<NeighbouringPairs.Pair> pairs = NeighbouringPairs.before(timeline, a, b);
    List<DeviceDiff> diffs = new ArrayList<>();
    LastRead last = new LastRead(states);
    for (int i = 0; i < pairs.size(); i++) {
      if (progress.cancelled()) {
        return Optional.empty();
      }
      progress.at(i, pairs.size());
      // The later one was the earlier one of the pair before.
      Optional<StateTree> after = last.read(pairs.get(i).after());
      Optional<StateTree> before = last.read(pairs.get(i).before());
      if (before.isPresent() && after.isPresent()) {
        diffs.add(DeviceDiff.of(before.get(), after.get()));
      }
    }
    return Optional.of(of(diffs));
  }

  /** What some pairs tell, all of the same guest. */
  public static FieldHistory of(List<DeviceDiff> pairs) {
    Map<String, Integer> changes = new HashMap<>();
    for (DeviceDiff pair : pairs) {
      pair.fields().forEach(field -> changes.merge(field.path(), 1, Integer::sum));
    }
    return new FieldHistory(pairs.size(), changes);
  }

  /** How many pairs were looked at. */
  public int pairs() {
    return pairs;
  }

  /** In how many of them a field changed, or appeared, or went. */
  public int changes(String path) {
    return changes.getOrDefault(path, 0);
  }

  /** Whether the field changed in at least half of them, and they are enough to say so. */
  public boolean usual(String path) {
    return pairs >= PageHistory.FEWEST_PAIRS && changes(path) * 2 >= pairs;
  }

  /** Reads states and remembers the last one: neighbouring pairs share a node. */
  private static final class LastRead {
    private final States states;
    private Optional<NodeId> node = Optional.empty();
    private Optional<StateTree> tree = Optional.empty();

    LastRead(States states) {
      this.states = states;
    }

    Optional<StateTree> read(NodeId wanted) {
      if (!node.equals(Optional.of(wanted))) {
        node = Optional.of(wanted);
        try {
          tree = Optional.of(states.of(wanted));
        } catch (SnapshotException e) {
          tree = Optional.empty();
        }
      }
      return tree;
    }
  }
}
