package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    conductor.close(1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> Conductor.await(behind))
        .isInstanceOf(SnapshotException.class)
        .hasMessage("The guest has ended.");
    assertThatThrownBy(() -> Conductor.await(stuck)).hasCauseInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> conductor.run(() -> true)).hasMessage("The guest has ended.");
  }
}
