package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class UnstoredPagesTest {

  private final UnstoredPages unstored = new UnstoredPages();

  private static Capture failed(int... pages) {
    return new Capture(1, pages, new CompletableFuture<>());
  }

  /** Sabotage that fails it: a node that fails after a revert spoiling the next one. */
  @Test
  void pagesOfACaptureThatRamHasLeftBehindAreNotTakenAlong() {
    Capture before = failed(5);
    before.generation(unstored.generation());
    unstored.clear();
    Capture after = failed(6);
    after.generation(unstored.generation());
    unstored.add(before);
    assertThat(unstored.isEmpty()).isTrue();
    unstored.add(after);
    assertThat(unstored.isEmpty()).isFalse();
  }

  @Test
  void pagesStayUntilTheyAreTakenAlongOrRamBecomesANodes() {
    unstored.add(failed(7, 9));
    unstored.add(failed(9, 11));
    BitSet differing = BitSet.valueOf(new long[] {1});
    unstored.copyTo(differing);
    assertThat(differing.stream()).containsExactly(0, 7, 9, 11);
    assertThat(unstored.isEmpty()).isFalse();

    BitSet dirty = BitSet.valueOf(new long[] {2});
    unstored.drainTo(dirty);
    assertThat(dirty.stream()).containsExactly(1, 7, 9, 11);
    assertThat(unstored.isEmpty()).isTrue();

    unstored.add(failed(3));
    unstored.clear();
    assertThat(unstored.isEmpty()).isTrue();
  }
}
