package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ConductorTest {

  @Test
  void operationsRunOneAfterTheOtherInTheOrderAskedFor() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    try (Conductor conductor = new Conductor()) {
      for (int i = 0; i < 10; i++) {
        int number = i;
        CompletableFuture<Boolean> unused = conductor.submit(() -> order.add(number));
      }
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void whatIsStuckIsInterruptedAndWhatWaitsBehindItIsRefused() throws Exception {
    Conductor conductor = new Conductor();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> stuck =
        conductor.submit(
            () -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return true;
            });
    CompletableFuture<Boolean> behind = conductor.submit(() -> true);
    begun.await();
    conductor.close(Duration.ofMillis(1));
    assertThatThrownBy(() -> Conductor.await(behind))
        .isInstanceOf(SnapshotException.class)
        .hasMessage("The guest has ended.");
    assertThatThrownBy(() -> Conductor.await(stuck)).hasCauseInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> conductor.run(() -> true)).hasMessage("The guest has ended.");
  }

  @Test
  void closingWaitsForWhatItHasInterrupted() throws Exception {
    Conductor conductor = new Conductor();
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Boolean> endedAtReturn = new CompletableFuture<>();
    Thread closer =
        new Thread(
            () -> {
              conductor.close(Duration.ofMillis(1));
              endedAtReturn.complete(ended.get());
            },
            "test-closer");
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> unused =
        conductor.submit(
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                Awaitility.await()
                    .until(
                        () ->
                            closer.getState() == Thread.State.TIMED_WAITING
                                || endedAtReturn.isDone());
              }
              ended.set(true);
              return true;
            });
    begun.await();
    closer.start();
    assertThat(endedAtReturn.get()).isTrue();
  }

  @Test
  void whoEndsSomethingWaitsThoughInterruptedButNotForEver() throws Exception {
    CompletableFuture<String> never = new CompletableFuture<>();
    assertThatThrownBy(
            () -> Conductor.awaitAtMost(Duration.ofMillis(1), never, "It took too long."))
        .isInstanceOf(SnapshotException.class)
        .hasMessage("It took too long.");
    CompletableFuture<String> failed =
        CompletableFuture.failedFuture(new SnapshotException("The disk is full."));
    assertThatThrownBy(() -> Conductor.awaitAtMost(Duration.ofMinutes(1), failed, "It took long."))
        .hasMessage("The disk is full.");

    CompletableFuture<String> later = new CompletableFuture<>();
    Thread.currentThread().interrupt();
    Thread other = new Thread(() -> later.complete("done"), "test-other");
    other.start();
    assertThat(Conductor.awaitAtMost(Duration.ofMinutes(1), later, "It took long."))
        .isEqualTo("done");
    assertThat(Thread.interrupted()).isTrue();
  }
}
