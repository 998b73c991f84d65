package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines that were caught half printed, by a look at the console or by a node. */
final class GuestWordsTest {

  @Test
  void aNumberCountsOnceItsLineIsComplete() {
    assertThat(new GuestWords("count 27\ncount 2").counts()).containsExactly(27);
    assertThat(new GuestWords("count 27\ncount 28\n").counts()).containsExactly(27, 28);
  }

  @Test
  void aNumberPrintedAroundANodeCountsOnce() {
    GuestWords words = new GuestWords("count 27\ncount 2\n reverted to S1 \ncount 28\ncount 29\n");
    assertThat(words.counts()).containsExactly(27, 28, 29);
    assertThat(words.before("reverted to S1").counts()).containsExactly(27);
  }

  @Test
  void aNodeBetweenTwoLinesChangesNothing() {
    GuestWords words = new GuestWords("count 27\n\n reverted to S1 \ncount 28\n");
    assertThat(words.counts()).containsExactly(27, 28);
    assertThat(words.before("reverted to S1").counts()).containsExactly(27);
    assertThat(words.after("reverted to S1").counts()).containsExactly(28);
  }
}
