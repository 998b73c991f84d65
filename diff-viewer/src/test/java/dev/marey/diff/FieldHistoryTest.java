package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nodes S1 - S2 - …: the clock changes from each to the next, the port between each even one and
 * the next, the mode from S1 to S2 only.
 */
final class FieldHistoryTest {

  private static final String FIELDS =
      """
      {"name": "mode", "type": "uint8", "size": 1},
      {"name": "port", "type": "uint8", "size": 1},
      {"name": "clock", "type": "uint8", "size": 1},
      {"name": "still", "type": "uint8", "size": 1}""";

  private static final String STILL =
      """
      {"name": "still", "type": "uint8", "size": 1}""";

  private final List<NodeId> read = new ArrayList<>();

  private static NodeId id(int number) {
    return new NodeId(number);
  }

  private static Timeline timeline(int nodes) {
    List<Node> all = new ArrayList<>();
    for (int number = 1; number <= nodes; number++) {
      all.add(TestNodes.node(number, number - 1, number));
    }
    return Timeline.of(all);
  }

  private static StateTree tree(int mode, int port, int clock, int still) {
    return new FakeState()
        .device("board", STILL, still)
        .device("serial", FIELDS, mode, port, clock, still)
        .tree();
  }

  private StateTree state(NodeId node) {
    read.add(node);
    int number = Integer.parseInt(node.toString().substring(1));
    return tree(number == 1 ? 0 : 1, (number - 1) / 2, number, 0);
  }

  private FieldHistory before(int last) {
    return FieldHistory.before(timeline(last), id(last - 1), id(last), this::state, Progress.NONE)
        .orElseThrow();
  }

  /** All fields but the device that stands still, and that one's too. */
  private static DeviceDiff diff(FieldHistory history) {
    return DeviceDiff.of(tree(1, 7, 7, 0), tree(2, 8, 8, 1), history);
  }

  @Test
  void whatChangesInHalfOfThePairsIsUsual() {
    FieldHistory history = before(6);
    assertThat(history.pairs()).isEqualTo(4);
    assertThat(diff(history).fields())
        .extracting(
            field ->
                "%s %d %s"
                    .formatted(
                        field.path(), history.changes(field.path()), history.usual(field.path())))
        .containsExactly(
            "board[0]/still 0 false",
            "serial[0]/mode 1 false",
            "serial[0]/port 2 true",
            "serial[0]/clock 4 true",
            "serial[0]/still 0 false");
  }

  @Test
  void twoPairsAreTooFewToCallAnythingUsual() {
    assertThat(before(4).usual("serial[0]/clock")).isFalse();
    assertThat(before(5).usual("serial[0]/clock")).isTrue();
    assertThat(FieldHistory.NONE.usual("serial[0]/clock")).isFalse();
  }

  /** Sabotage that fails it: a history of the two compared nodes, or of all the nodes there are. */
  @Test
  void twentyPairsAreReadAtTheMostAndEachNodeOnce() {
    FieldHistory history = before(60);
    assertThat(history.pairs()).isEqualTo(NeighbouringPairs.MOST);
    assertThat(history.changes("serial[0]/port")).isEqualTo(10);
    assertThat(history.changes("serial[0]/mode")).isZero();
    assertThat(read).doesNotHaveDuplicates().hasSize(NeighbouringPairs.MOST + 1);
    assertThat(read).contains(id(59), id(39)).doesNotContain(id(60), id(38));
  }

  @Test
  void whatCannotBeReadTellsNothingAndDoesNoHarm() {
    FieldHistory history =
        FieldHistory.before(
                timeline(9),
                id(8),
                id(9),
                node -> {
                  if (node.equals(id(4))) {
                    throw new SnapshotException("S4 is spoiled");
                  }
                  return state(node);
                },
                Progress.NONE)
            .orElseThrow();
    assertThat(history.pairs()).isEqualTo(5);
    assertThat(history.changes("serial[0]/clock")).isEqualTo(5);
  }

  @Test
  void whenNobodyWaitsForItAnyMoreNoFurtherStateIsRead() {
    assertThat(FieldHistory.before(timeline(30), id(29), id(30), this::state, new StopAfter(3)))
        .isEmpty();
    assertThat(read).hasSizeLessThan(6);
  }

  @Test
  void theRarestChangesComeFirstInTheirGroupsAndAmongAll() {
    DeviceDiff diff = diff(before(6));
    assertThat(diff.fieldsByRarity())
        .extracting(FieldChange::path)
        .containsExactly(
            "board[0]/still",
            "serial[0]/still",
            "serial[0]/mode",
            "serial[0]/port",
            "serial[0]/clock");
    DeviceDiff sorted = diff.byRarity();
    assertThat(sorted.fields())
        .extracting(FieldChange::name)
        .containsExactly("still", "still", "mode", "port", "clock");
    assertThat(sorted.roots())
        .extracting(root -> root.path() + " " + diff.seldom(root))
        .containsExactly("board[0] 0", "serial[0] 0");
    assertThat(sorted.swapped().byRarity()).isEqualTo(sorted.swapped());
  }

  @Test
  void aGroupWhoseFieldsAreAllUsualGoesWithThemAndAnotherStays() {
    DeviceDiff both = DeviceDiff.of(tree(1, 7, 7, 0), tree(1, 8, 8, 1), before(6));
    assertThat(both.fieldsUsual()).isEqualTo(2);
    assertThat(both.withoutUsual().fields())
        .extracting(FieldChange::path)
        .containsExactly("board[0]/still", "serial[0]/still");
    DeviceDiff usual = DeviceDiff.of(tree(1, 7, 7, 0), tree(1, 8, 8, 0), before(6));
    assertThat(usual.roots()).allMatch(usual::usual);
    assertThat(usual.withoutUsual().isEmpty()).isTrue();
    assertThat(usual.swapped().withoutUsual().isEmpty()).isTrue();
  }

  @Test
  void withoutHistoryTheOrderIsThatOfTheState() {
    DeviceDiff diff = diff(FieldHistory.NONE);
    assertThat(diff.byRarity()).isEqualTo(diff);
    assertThat(diff.fieldsUsual()).isZero();
  }
}
