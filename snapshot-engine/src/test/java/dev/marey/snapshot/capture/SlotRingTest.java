package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class SlotRingTest {

  @Test
  void isAQueue() {
    Random random = new Random(1);
    for (int capacity : new int[] {1, 2, 3, 7, 64}) {
      SlotRing ring = new SlotRing(capacity);
      Queue<Integer> model = new ArrayDeque<>();
      for (int i = 0; i < 10_000; i++) {
        if (random.nextBoolean() && model.size() < capacity) {
          ring.put(i);
          model.add(i);
        } else {
          Integer expected = model.poll();
          assertThat(ring.poll()).isEqualTo(expected == null ? -1 : expected);
        }
        assertThat(ring.size()).isEqualTo(model.size());
      }
    }
  }

  @Test
  void nothingIsLostOrComesTwiceBetweenTwoThreads() throws Exception {
    int count = 200_000;
    SlotRing ring = new SlotRing(8);
    CompletableFuture<Void> putting =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < count; ) {
                if (ring.size() < 8) {
                  ring.put(i++);
                }
              }
            });
    for (int i = 0; i < count; ) {
      int slot = ring.poll();
      if (slot >= 0) {
        assertThat(slot).isEqualTo(i++);
      }
    }
    putting.get();
  }
}
