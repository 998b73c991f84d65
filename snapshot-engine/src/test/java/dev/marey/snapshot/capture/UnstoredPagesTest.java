package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class UnstoredPagesTest {

  private final UnstoredPages unstored = new UnstoredPages();

  @Test
  void pagesStayUntilTheyAreTakenAlongOrRamBecomesANodes() {
    unstored.add(new int[] {7, 9});
    unstored.add(new int[] {9, 11});
    BitSet differing = BitSet.valueOf(new long[] {1});
    unstored.copyTo(differing);
    assertThat(differing.stream()).containsExactly(0, 7, 9, 11);
    assertThat(unstored.isEmpty()).isFalse();

    BitSet dirty = BitSet.valueOf(new long[] {2});
    unstored.drainTo(dirty);
    assertThat(dirty.stream()).containsExactly(1, 7, 9, 11);
    assertThat(unstored.isEmpty()).isTrue();

    unstored.add(new int[] {3});
    unstored.clear();
    assertThat(unstored.isEmpty()).isTrue();
  }
}
