package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.store.PageMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class CaughtPagesTest {

  @Test
  void whoWaitsForASlotGetsTheOneThatIsEmptied() throws Exception {
    Capture capture =
        new PendingPages(8)
            .begin(new int[] {5, 6}, CompletableFuture.completedFuture(PageMap.empty(8)));
    try (CaughtPages caught = new CaughtPages(2, () -> {})) {
      int first = caught.take();
      int second = caught.take();
      caught.hand(second, 6, capture);
      caught.hand(first, 5, capture);
      CompletableFuture<Integer> waiting = take(caught);

      assertThat(caught.takeFilled()).isEqualTo(second);
      assertThat(caught.page(second)).isEqualTo(6);
      assertThat(caught.capture(second)).isSameAs(capture);
      assertThat(waiting).isNotDone();
      caught.release(second);
      assertThat(waiting.get()).isEqualTo(second);
      assertThat(caught.takeFilled()).isEqualTo(first);
      assertThat(caught.takeFilled()).isNegative();
    }
  }

  @Test
  void nobodyWaitsOnceWaitingIsGivenUp() throws Exception {
    try (CaughtPages caught = new CaughtPages(1, () -> {})) {
      int slot = caught.take();
      CompletableFuture<Integer> waiting = take(caught);
      caught.giveUpWaiting();
      assertThat(waiting.get()).isNegative();
      assertThat(caught.take()).isNegative();
      caught.release(slot);
      assertThat(caught.take()).isEqualTo(slot);
    }
  }

  private static CompletableFuture<Integer> take(CaughtPages caught) {
    CompletableFuture<Integer> taken = new CompletableFuture<>();
    Thread waiting = new Thread(() -> taken.complete(caught.take()), "test-waiting");
    waiting.start();
    Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    return taken;
  }

  @Test
  void theBrakeIsPressedOnceWhenFewSlotsAreLeftAndAgainAfterRelief() throws Exception {
    Capture capture =
        new PendingPages(8)
            .begin(new int[] {5}, CompletableFuture.completedFuture(PageMap.empty(8)));
    AtomicInteger pressed = new AtomicInteger();
    try (CaughtPages caught = new CaughtPages(8, pressed::incrementAndGet)) {
      for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 8; i++) {
          assertThat(pressed).hasValue(i < 7 ? round - 1 : round);
          caught.hand(caught.take(), 5, capture);
          assertThat(caught.isRelieved()).isEqualTo(i < 3);
        }
        assertThat(pressed).hasValue(round);
        for (int i = 0; i < 8; i++) {
          caught.release(caught.takeFilled());
        }
        assertThat(caught.isRelieved()).isTrue();
        int unused = caught.take();
        caught.putBack(unused);
        caught.release(caught.take());
      }
    }
  }
}
