package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class WriteWindowTest {

  private final WriteWindow window = new WriteWindow();

  /** Takes all of a window, upwards or downwards; gives its size. */
  private int write(int page) {
    int size = window.open(page);
    window.close(window.downwards() ? page - size + 1 : page, size);
    return size;
  }

  @Test
  void whatIsWrittenUpwardsGetsLargerAndLargerWindows() {
    int page = 1000;
    for (int expected : new int[] {1, 2, 4, 8, 16, 32, 64, 64, 64}) {
      int size = write(page);
      assertThat(size).isEqualTo(expected);
      assertThat(window.downwards()).isFalse();
      page += size;
    }
  }

  @Test
  void andSoDoesWhatIsWrittenDownwards() {
    int page = 1000;
    assertThat(write(page)).isEqualTo(1);
    page--;
    for (int expected : new int[] {2, 4, 8}) {
      int size = write(page);
      assertThat(size).isEqualTo(expected);
      assertThat(window.downwards()).isTrue();
      page -= size;
    }
  }

  @Test
  void severalSequencesAtATimeAreFollowed() {
    int[] pages = {0, 10_000, 20_000, 30_000};
    for (int expected : new int[] {1, 2, 4, 8}) {
      for (int i = 0; i < pages.length; i++) {
        assertThat(write(pages[i])).isEqualTo(expected);
        pages[i] += expected;
      }
    }
  }

  @Test
  void whatIsWrittenAtRandomIsReleasedPageByPage() {
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      assertThat(write(2 * random.nextInt(1 << 20))).isEqualTo(1);
    }
  }

  @Test
  void aWindowThatWasCutShortGoesOnBehindItsEnd() {
    int unused = write(5);
    assertThat(window.open(6)).isEqualTo(2);
    window.close(6, 1);
    assertThat(write(7)).isEqualTo(4);
  }
}
