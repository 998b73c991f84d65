package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.VisitHistory.Move;
import org.junit.jupiter.api.Test;

final class VisitHistoryTest {

  private final VisitHistory history = new VisitHistory();

  @Test
  void nothingToGoBackToAtFirst() {
    assertThat(history.back()).isEmpty();
    assertThat(history.forward()).isEmpty();
  }

  @Test
  void backLeadsToTheNodeThePresentWasKeptAs() {
    history.leave(new NodeId(3));
    history.arrive(new NodeId(1), Move.JUMP);
    assertThat(history.back()).contains(new NodeId(3));
  }

  @Test
  void forwardLeadsToWhatWasLeftByGoingBack() {
    history.leave(new NodeId(3));
    history.arrive(new NodeId(1), Move.JUMP);
    history.leave(new NodeId(4));
    history.arrive(new NodeId(3), Move.BACK);
    assertThat(history.forward()).contains(new NodeId(4));
    assertThat(history.back()).isEmpty();
  }

  @Test
  void jumpForgetsWhatWasAhead() {
    history.leave(new NodeId(3));
    history.arrive(new NodeId(1), Move.JUMP);
    history.leave(new NodeId(4));
    history.arrive(new NodeId(3), Move.BACK);
    history.leave(new NodeId(5));
    history.arrive(new NodeId(2), Move.JUMP);
    assertThat(history.forward()).isEmpty();
    assertThat(history.back()).contains(new NodeId(5));
  }
}
