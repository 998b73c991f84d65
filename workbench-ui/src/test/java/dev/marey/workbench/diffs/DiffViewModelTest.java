package dev.marey.workbench.diffs;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DiffViewModelTest {

  private final ShownViewModel shown = new ShownViewModel();
  private final List<String> computed = new ArrayList<>();
  private final DiffViewModel<String> model = model();

  private DiffViewModel<String> model() {
    return new DiffViewModel<>(
        "the pages",
        this::compute,
        text -> "swapped " + text,
        shown,
        new CurrentThreadTaskService());
  }

  private String compute(NodeId a, NodeId b, Progress progress) throws SnapshotException {
    if (b.equals(id(4))) {
      throw new SnapshotException("the disk is gone. Put it back.");
    }
    computed.add(a + " to " + b);
    return a + " to " + b;
  }

  @BeforeEach
  void twoBranches() {
    shown.update(
        Timeline.of(
            List.of(node(1, 0, 0, 1), node(2, 1, 0, 2), node(3, 2, 0, 3), node(4, 1, 1, 2.5))));
  }

  private Optional<String> diff() {
    return model.contentProperty().get().map(DiffContent::diff);
  }

  private Optional<String> header() {
    return model.contentProperty().get().map(content -> content.instants().header());
  }

  private String message() {
    return model.messageProperty().get();
  }

  @Test
  void aSelectedNodeIsComparedWithItsParentAtOnce() {
    shown.select(id(3));
    assertThat(diff()).contains("S2 to S3");
    assertThat(header()).contains("A: S2 (earlier) → B: S3");
  }

  @Test
  void aNodeCanBeComparedWithItself() {
    shown.select(id(3));
    shown.compare(id(3), id(3));
    assertThat(diff()).contains("S3 to S3");
    assertThat(header()).contains("A: S3 → B: S3");
    assertThat(model.contentProperty().get().map(content -> content.instants().ancestorLine()))
        .contains("");
  }

  @Test
  void theCommonAncestorOfTwoBranchesIsNamed() {
    shown.select(id(4));
    shown.compareWith(id(3));
    assertThat(model.contentProperty().get().map(content -> content.instants().ancestorLine()))
        .contains("On different branches; both ran on from S1.");
  }

  @Test
  void theDiffStaysWhenTheWindowGoesBackToLiveAndNodesArrive() {
    shown.select(id(3));
    shown.showLive();
    shown.update(shown.timelineProperty().get().with(node(5, 3, 0, 9)));
    assertThat(diff()).contains("S2 to S3");
    assertThat(computed).containsExactly("S2 to S3");
  }

  @Test
  void aDiffOfADeletedNodeDoesNotStay() {
    shown.select(id(3));
    shown.showLive();
    shown.update(shown.timelineProperty().get().without(id(2)));
    assertThat(diff()).isEmpty();
  }

  @Test
  void swappingComparesNothingAnewAndReachesTheWindow() {
    shown.select(id(3));
    model.swap();
    assertThat(diff()).contains("swapped S2 to S3");
    assertThat(header()).contains("A: S3 → B: S2 (earlier)");
    assertThat(shown.comparisonProperty().get().map(pair -> pair.a())).contains(id(3));
    assertThat(computed).containsExactly("S2 to S3");
  }

  @Test
  void aKeptDiffCanBeSwappedAndIsRightAgainWhenItsNodeIsSelected() {
    shown.select(id(3));
    shown.showLive();
    model.swap();
    assertThat(header()).contains("A: S3 → B: S2 (earlier)");
    shown.select(id(3));
    assertThat(header()).contains("A: S2 (earlier) → B: S3");
    assertThat(diff()).contains("swapped swapped S2 to S3");
  }

  @Test
  void withoutNodesItOffersTheFirstSnapshot() {
    shown.update(Timeline.EMPTY);
    assertThat(message())
        .isEqualTo("Two nodes fill this view: what changed from one to the other.");
    assertThat(model.offerProperty().get()).isEqualTo(new Offer.FirstSnapshot());
  }

  @Test
  void whileLiveIsShownItOffersToCompareTheNewestNodeWithNow() {
    assertThat(message())
        .isEqualTo("Select a node on the timeline to see what changed since the one before it.");
    assertThat(model.offerProperty().get()).isEqualTo(new Offer.CompareWithNow(id(4)));
  }

  @Test
  void theFirstNodeCanBeComparedWithAnotherOneOrWithNow() {
    shown.select(id(1));
    assertThat(message())
        .isEqualTo("S1 is the first node. Ctrl+click another one to compare the two.");
    assertThat(model.offerProperty().get()).isEqualTo(new Offer.CompareWithNow(id(1)));
  }

  @Test
  void aNodeWhoseParentWasDeletedSaysSo() {
    shown.update(shown.timelineProperty().get().without(id(2)));
    shown.select(id(3));
    assertThat(message())
        .isEqualTo("The node before S3 was deleted. Ctrl+click another one to compare.");
  }

  @Test
  void aNodeThatIsBeingSavedIsComparedWhenItIsComplete() {
    Timeline saving =
        shown.timelineProperty().get().with(node(5, 3, 0, 9).withState(NodeState.SAVING, ""));
    shown.update(saving);
    shown.select(id(5));
    assertThat(message())
        .isEqualTo("S5 is still being saved; its differences appear when it is complete.");
    shown.update(saving.with(node(5, 3, 0, 9)));
    assertThat(diff()).contains("S3 to S5");
  }

  @Test
  void aNodeThatWasNotCompletedSaysWhy() {
    shown.update(
        shown
            .timelineProperty()
            .get()
            .with(node(5, 3, 0, 9).withState(NodeState.FAILED, "the disk is full.")));
    shown.select(id(5));
    assertThat(message()).isEqualTo("S5 was not completed: the disk is full. Select another node.");
  }

  @Test
  void aFailureIsSaidInPlaceOfTheDiff() {
    shown.select(id(3));
    shown.select(id(4));
    assertThat(diff()).isEmpty();
    assertThat(message()).isEqualTo("S1 and S4 cannot be compared: the disk is gone. Put it back.");
  }

  @Test
  void aNewLabelIsInTheHeaderWithoutComparingAnew() {
    shown.select(id(3));
    shown.update(
        shown.timelineProperty().get().with(node(3, 2, 0, 3).withMarks("boot", "", false)));
    assertThat(header()).contains("A: S2 (earlier) → B: S3 “boot”");
    assertThat(computed).containsExactly("S2 to S3");
  }
}
