package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.PageSpan;
import dev.marey.uffd.KernelRefusal;
import dev.marey.uffd.NativeIoException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class DirtyPagesTest {

  private final DirtyPages dirty = new DirtyPages(64);
  private final List<PageSpan> armed = new ArrayList<>();

  private void arm() throws NativeIoException {
    armed.clear();
    dirty.arm((first, count) -> armed.add(PageSpan.of(first, count)));
  }

  @Test
  void theFirstArmingIsOfEverythingAndLaterOnesAreOfWhatWasWritten() throws Exception {
    assertThat(dirty.everythingWritable()).isTrue();
    dirty.addAll(List.of(PageSpan.of(0, 3), PageSpan.of(60, 4)));
    assertThat(dirty.list()).containsExactly(0, 1, 2, 60, 61, 62, 63);
    assertThat(dirty.count()).as("seen to be written").isZero();
    arm();
    assertThat(armed).containsExactly(PageSpan.of(0, 64));
    assertThat(dirty.everythingWritable()).isFalse();
    assertThat(dirty.list()).isEmpty();

    for (int page : new int[] {5, 63, 7, 6, 5}) {
      dirty.add(page);
    }
    assertThat(dirty.count()).isEqualTo(4);
    assertThat(dirty.copy().stream()).containsExactly(5, 6, 7, 63);
    arm();
    assertThat(armed).containsExactly(PageSpan.of(5, 3), PageSpan.of(63, 1));
    assertThat(dirty.count()).isZero();
    arm();
    assertThat(armed).isEmpty();
  }

  @Test
  void whatIsCloseTogetherIsArmedAtOnce() throws Exception {
    arm();
    for (int page : new int[] {3, 12, 13, 40, 63}) {
      dirty.add(page);
    }
    arm();
    assertThat(armed).containsExactly(PageSpan.of(3, 11), PageSpan.of(40, 1), PageSpan.of(63, 1));
  }

  @Test
  void whatIsArmedAheadStaysDirtyAndIsNotArmedAgainUnlessItIsWritten() throws Exception {
    int next = 0;
    while (next < 64) {
      next = dirty.armAhead(next, 10, (first, count) -> armed.add(PageSpan.of(first, count)));
    }
    assertThat(armed).hasSize(7).startsWith(PageSpan.of(0, 10)).endsWith(PageSpan.of(60, 4));
    assertThat(dirty.everythingWritable()).isFalse();
    dirty.addAll(List.of(PageSpan.of(2, 2)));
    dirty.add(50);
    armed.clear();
    assertThat(dirty.armAhead(0, 10, (first, count) -> armed.add(PageSpan.of(first, count))))
        .isEqualTo(64);
    assertThat(armed).containsExactly(PageSpan.of(50, 1));
    assertThat(dirty.isWritable(50)).isFalse();
    dirty.add(3);
    assertThat(dirty.isWritable(3)).isTrue();
    assertThat(dirty.list()).containsExactly(2, 3, 50);
    arm();
    assertThat(armed).containsExactly(PageSpan.of(3, 1));
    assertThat(dirty.list()).isEmpty();
    assertThat(dirty.count()).isZero();
  }

  @Test
  void whatCouldNotBeArmedStaysDirty() throws Exception {
    NativeIoException refused = KernelRefusal.of("UFFDIO_WRITEPROTECT", 12);
    assertThatThrownBy(
            () ->
                dirty.arm(
                    (first, count) -> {
                      throw refused;
                    }))
        .isSameAs(refused);
    assertThat(dirty.everythingWritable()).isTrue();
    arm();
    dirty.add(1);
    dirty.add(39);
    assertThatThrownBy(
            () ->
                dirty.arm(
                    (first, count) -> {
                      if (first == 39) {
                        throw refused;
                      }
                    }))
        .isSameAs(refused);
    assertThat(dirty.list()).containsExactly(1, 39);
    assertThat(dirty.count()).isEqualTo(2);
  }

  @Test
  void pagesOfFailedCapturesAreTakenAlongOnce() {
    UnstoredPages unstored = new UnstoredPages();
    unstored.add(new Capture(1, new int[] {3, 4}, new CompletableFuture<>()));
    dirty.add(4);
    dirty.takeAlong(unstored);
    assertThat(dirty.list()).containsExactly(3, 4);
    assertThat(unstored.isEmpty()).isTrue();
  }
}
