package dev.marey.workbench.shown;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Timeline;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ShownViewModelTest {

  private final ShownViewModel shown = new ShownViewModel();

  @BeforeEach
  void twoBranches() {
    shown.update(
        Timeline.of(
            List.of(node(1, 0, 0, 1), node(2, 1, 0, 2), node(3, 2, 0, 3), node(4, 1, 1, 2.5))));
  }

  private Optional<Comparison> pair() {
    return shown.comparisonProperty().get();
  }

  @Test
  void aSelectedNodeIsComparedWithItsParent() {
    shown.select(id(3));
    assertThat(pair()).contains(new Comparison(id(2), id(3), false, Optional.empty()));
    assertThat(shown.pastProperty().get()).isTrue();
  }

  @Test
  void theFirstNodeHasNothingToBeComparedWith() {
    shown.select(id(1));
    assertThat(pair()).isEmpty();
  }

  @Test
  void aSecondNodeMakesAPairWithTheEarlierFirstAndNamesTheCommonAncestor() {
    shown.select(id(3));
    shown.compareWith(id(4));
    assertThat(pair()).contains(new Comparison(id(4), id(3), true, Optional.of(id(1))));
  }

  @Test
  void twoNodesCanBeComparedDirectlyTheSecondBeingShown() {
    shown.compare(id(1), id(3));
    assertThat(shown.shownProperty().get()).contains(id(3));
    assertThat(pair()).contains(new Comparison(id(1), id(3), true, Optional.empty()));
  }

  @Test
  void aNodeComparedWithItselfStaysSoUntilAnotherIsSelected() {
    shown.compare(id(3), id(3));
    assertThat(pair()).contains(new Comparison(id(3), id(3), true, Optional.empty()));
    shown.update(shown.timelineProperty().get().with(node(5, 3, 0, 9)));
    assertThat(pair()).contains(new Comparison(id(3), id(3), true, Optional.empty()));
    shown.select(id(3));
    assertThat(pair()).contains(new Comparison(id(2), id(3), false, Optional.empty()));
  }

  @Test
  void aPinnedNodeThatHasNoOtherYetIsComparedWithItsParent() {
    shown.select(id(3));
    shown.startFrom(id(3));
    assertThat(pair()).contains(new Comparison(id(2), id(3), false, Optional.empty()));
  }

  @Test
  void swapExchangesThePair() {
    shown.select(id(3));
    shown.compareWith(id(1));
    shown.swap();
    assertThat(pair()).contains(new Comparison(id(3), id(1), true, Optional.empty()));
  }

  @Test
  void aPinnedAStaysWhileSelectingMovesB() {
    shown.startFrom(id(1));
    shown.select(id(2));
    shown.select(id(4));
    assertThat(pair()).contains(new Comparison(id(1), id(4), true, Optional.empty()));
    shown.togglePin();
    assertThat(pair()).contains(new Comparison(id(1), id(4), false, Optional.empty()));
  }

  @Test
  void arrivingNodesMoveNothing() {
    shown.select(id(2));
    shown.update(shown.timelineProperty().get().with(node(5, 3, 0, 9)));
    assertThat(shown.shownProperty().get()).contains(id(2));
    assertThat(pair()).contains(new Comparison(id(1), id(2), false, Optional.empty()));
  }

  @Test
  void aDeletedNodeIsShownNoLonger() {
    shown.select(id(3));
    shown.update(shown.timelineProperty().get().without(id(3)));
    assertThat(shown.shownProperty().get()).isEmpty();
    assertThat(shown.pastProperty().get()).isFalse();
  }

  @Test
  void anUnknownNodeCannotBeShown() {
    shown.select(id(77));
    assertThat(shown.shownProperty().get()).isEmpty();
  }
}
