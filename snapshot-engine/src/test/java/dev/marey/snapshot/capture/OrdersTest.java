package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class OrdersTest {

  private final Orders orders = new Orders();

  /** What a caller on a thread of its own got. */
  private record Outcome(Object result, boolean interrupted) {}

  private Thread caller(CompletableFuture<Outcome> outcome, Callable<?> work) {
    Thread caller =
        new Thread(
            () -> {
              Object result;
              try {
                result = orders.call(work, () -> {});
              } catch (SnapshotException e) {
                result = e.getMessage();
              }
              outcome.complete(new Outcome(result, Thread.currentThread().isInterrupted()));
            },
            "test-caller");
    caller.start();
    Awaitility.await().until(() -> !orders.isEmpty());
    return caller;
  }

  @Test
  void anOrderWhoseCallerWasInterruptedBeforeItBeganIsNotCarriedOut() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    caller(
            outcome,
            () -> {
              done.set(true);
              return "done";
            })
        .interrupt();
    assertThat(outcome.get())
        .isEqualTo(new Outcome("Interrupted while waiting for the fault loop.", true));
    orders.runOne();
    assertThat(done).isFalse();
  }

  @Test
  void theOutcomeOfAnOrderThatHasBegunReachesItsCallerThoughItIsInterrupted() throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread caller =
        caller(
            outcome,
            () -> {
              begun.countDown();
              goOn.await();
              return "done";
            });
    Thread loop = new Thread(orders::runOne, "test-loop");
    loop.start();
    begun.await();
    caller.interrupt();
    Awaitility.await().until(() -> !caller.isInterrupted());
    assertThat(outcome).isNotDone();
    goOn.countDown();
    assertThat(outcome.get()).isEqualTo(new Outcome("done", true));
    loop.join();
  }

  @Test
  void whatWaitsWhenTheLoopEndsIsRefusedAndSoIsWhatComesLater() throws Exception {
    String ended =
        "The guest's memory is not watched any more, because its QEMU has ended or was stopped. Go"
            + " back to a complete node to run on.";
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread unused = caller(outcome, () -> "done");
    orders.close();
    assertThat(outcome.get()).isEqualTo(new Outcome(ended, false));
    assertThatThrownBy(() -> orders.call(() -> "done", () -> {})).hasMessage(ended);
  }

  @Test
  void aBellThatCannotBeRungTakesTheOrderBack() {
    AtomicReference<String> done = new AtomicReference<>("not done");
    assertThatThrownBy(
            () ->
                orders.call(
                    () -> {
                      done.set("done");
                      return 1;
                    },
                    () -> {
                      throw new IllegalStateException("no eventfd");
                    }))
        .isInstanceOf(SnapshotException.class)
        .hasMessage("The fault loop can't be reached: no eventfd");
    orders.runOne();
    assertThat(done).hasValue("not done");
  }
}
