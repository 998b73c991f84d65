package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.store.PageMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PendingPagesTest {

  private final PendingPages pending = new PendingPages(16);
  private final CompletableFuture<PageMap> parent =
      CompletableFuture.completedFuture(PageMap.empty(16));

  private IntStream captures() {
    return IntStream.range(0, 16).map(pending::capture);
  }

  @Test
  void aPageIsClaimedOnceAndForItsOwnCaptureOnly() {
    Capture one = pending.begin(new int[] {2, 5}, parent);
    Capture two = pending.begin(new int[] {3}, parent);
    assertThat(one.number()).isEqualTo(1);
    assertThat(two.number()).isEqualTo(2);
    assertThat(captures()).containsExactly(0, 0, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    assertThat(pending.claim(2, two.number())).isFalse();
    assertThat(pending.claim(2, one.number())).isTrue();
    assertThat(pending.claim(2, one.number())).isFalse();
    assertThat(pending.claim(4, one.number())).isFalse();
    assertThat(captures()).containsExactly(0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aCaptureIsFoundUntilItIsGivenUpOrAnotherBeginsAfterItsEnd() {
    Capture one = pending.begin(new int[] {2}, parent);
    Capture two = pending.begin(new int[] {3}, parent);
    assertThat(pending.find(1)).isSameAs(one);
    assertThat(pending.find(2)).isSameAs(two);
    one.map().complete(PageMap.empty(16));
    Capture three = pending.begin(new int[] {4}, parent);
    assertThat(pending.find(1)).isNull();
    assertThat(pending.find(3)).isSameAs(three);
    pending.giveUp(two);
    assertThat(pending.find(2)).isNull();
    assertThat(pending.capture(3)).isZero();
    assertThat(pending.capture(4)).isEqualTo(3);
  }
}
