package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class TurnsTest {

  private final Turns turns = new Turns();

  /** What a caller on a thread of its own got. */
  private record Outcome(Object result, boolean interrupted) {}

  private Thread caller(CompletableFuture<Outcome> outcome, Callable<?> work) {
    Thread caller =
        new Thread(
            () -> {
              Object result;
              try {
                result = turns.call(work);
              } catch (SnapshotException e) {
                result = e.getMessage();
              }
              outcome.complete(new Outcome(result, Thread.currentThread().isInterrupted()));
            },
            "test-caller");
    caller.start();
    return caller;
  }

  @Test
  void anOrderWhoseCallerIsInterruptedBeforeItsTurnIsNotCarriedOut() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    turns.run(
        () -> {
          Thread caller =
              caller(
                  outcome,
                  () -> {
                    done.set(true);
                    return "done";
                  });
          Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);
          caller.interrupt();
          assertThat(outcome.get())
              .isEqualTo(new Outcome("Interrupted while waiting for the fault loop.", true));
        });
    assertThat(done).isFalse();
  }

  @Test
  void theLoopEndsAfterAnOrderThatHasBegunAndRefusesTheNext() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread unused =
        caller(
            outcome,
            () -> {
              begun.countDown();
              goOn.await();
              return "done";
            });
    begun.await();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(turns::close);
    assertThat(closing).isNotDone();
    goOn.countDown();
    assertThat(outcome.get().result()).isEqualTo("done");
    closing.get();
    assertThatThrownBy(() -> turns.call(() -> "late"))
        .isInstanceOf(SnapshotException.class)
        .hasMessageStartingWith("The guest's memory is not watched any more");
  }

  @Test
  void aFailureIsToldInWordsAndTheNextOrderIsCarriedOut() throws Exception {
    assertThatThrownBy(
            () ->
                turns.call(
                    () -> {
                      throw new IOException("refused");
                    }))
        .isInstanceOf(SnapshotException.class)
        .hasMessage("Changing the write protection of guest RAM failed: refused");
    assertThat(turns.<Integer>call(() -> 3)).isEqualTo(3);
  }
}
