package dev.marey.machine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DirtyPatternTest {

  private static final long RUN = 0x1f2e3d4c5b6a7988L;
  private static final int COUNT = 4;

  @Test
  void anInstantBetweenTwoPagesIsWhole() {
    assertThat(faults(page(0, 7), page(1, 7), page(2, 6), page(3, 6))).isEmpty();
    assertThat(faults(page(0, 7), page(1, 7), page(2, 7), page(3, 7))).isEmpty();
  }

  @Test
  void anInstantInTheMiddleOfAPageIsWhole() {
    assertThat(faults(page(0, 7), underWay(1, 7, 200), page(2, 6), page(3, 6))).isEmpty();
    assertThat(faults(underWay(0, 7, 0), page(1, 6), page(2, 6), page(3, 6))).isEmpty();
    assertThat(faults(page(0, 7), page(1, 7), page(2, 7), underWay(3, 7, 507))).isEmpty();
  }

  @Test
  void theFirstSweepHasPagesThatAreNotThereYet() {
    assertThat(faults(page(0, 1), underWay(1, 1, 3))).isEmpty();
    assertThat(faults(page(0, 1), headAlone(1))).isEmpty();
    assertThat(faults(page(0, 1), headAlone(1).putLong(1000, 1)))
        .contains("page 1 of sweep 0 is damaged at word 0");
  }

  @Test
  void itCountsWhatHasBeenWrittenAgainAndAgain() {
    assertThat(pattern(page(0, 1), underWay(1, 1, 3)).written()).isEqualTo(2);
    assertThat(pattern(page(0, 7), page(1, 6), page(2, 6), page(3, 6)).written())
        .isEqualTo(6 * COUNT + 1);
    assertThat(pattern(page(0, 7), page(1, 7), page(2, 7), page(3, 7)).written())
        .isEqualTo(7 * COUNT);
  }

  @Test
  void aPageOfAnotherInstantIsATear() {
    assertThat(faults(page(0, 7), page(1, 6), page(2, 7), page(3, 6)))
        .containsExactly("page 2 is of sweep 7, the one before it is not");
    assertThat(faults(page(0, 7), page(1, 5), page(2, 6), page(3, 6)))
        .containsExactly("page 1 of sweep 6 is missing");
    assertThat(faults(page(0, 6), page(2, 6), page(3, 6))).contains("page 1 of sweep 5 is missing");
  }

  @Test
  void aPageMadeOfTwoInstantsIsATear() {
    ByteBuffer torn = page(1, 6);
    for (int word = 300; word < 400; word++) {
      torn.putLong(32 + word * 8, seed(1, 7) + word);
    }
    assertThat(faults(page(0, 7), torn, page(2, 6), page(3, 6)))
        .containsExactly("page 1 of sweep 6 is damaged at word 300");

    ByteBuffer unfinished = underWay(1, 7, 100);
    unfinished.putLong(32 + 300 * 8, seed(1, 7) + 300);
    assertThat(faults(page(0, 7), unfinished, page(2, 6), page(3, 6)))
        .containsExactly("page 1 is torn at word 100 of sweep 7");
  }

  @Test
  void twoPagesUnderWayAtOnceAreATear() {
    assertThat(faults(underWay(0, 7, 9), underWay(1, 7, 9), page(2, 6), page(3, 6)))
        .containsExactly("sweep 7 went on behind a page it had not finished");
    assertThat(faults(page(0, 7), page(1, 7), underWay(2, 6, 9), page(3, 6)))
        .containsExactly("page 2 is unfinished, and so is a later sweep");
  }

  @Test
  void aPageThatLostItsContentIsFound() {
    assertThat(faults(page(0, 7), page(1, 7), ByteBuffer.allocate(4096), page(3, 6)))
        .containsExactly("page 2 of sweep 6 is missing");
    assertThat(faults()).containsExactly("no page of run 0x1f2e3d4c5b6a7988 was found");
  }

  private static List<String> faults(ByteBuffer... image) {
    return pattern(image).faults();
  }

  private static DirtyPattern pattern(ByteBuffer... image) {
    DirtyPattern pattern = new DirtyPattern(RUN);
    pattern.accept(ByteBuffer.allocate(4096));
    for (ByteBuffer page : image) {
      pattern.accept(page);
    }
    return pattern;
  }

  private static long seed(int index, long generation) {
    return (RUN ^ index) * 0x9e3779b97f4a7c15L + generation * 0xd1342543de82ef95L;
  }

  private static ByteBuffer page(int index, long generation) {
    ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    page.put("MAREYDP1".getBytes(StandardCharsets.US_ASCII));
    page.putLong(RUN).putInt(index).putInt(COUNT).putLong(generation);
    for (int word = 0; word < 507; word++) {
      page.putLong(seed(index, generation) + word);
    }
    return page.putLong(generation).clear();
  }

  /** Its first sweep has come as far as the head. */
  private static ByteBuffer headAlone(int index) {
    return page(index, 0).put(32, new byte[4096 - 32]);
  }

  /** Begun by a sweep that has written the given number of words. */
  private static ByteBuffer underWay(int index, long generation, int words) {
    ByteBuffer page = generation == 1 ? page(index, 1) : page(index, generation - 1);
    page.putLong(24, generation);
    for (int word = 0; word < 507; word++) {
      if (word < words) {
        page.putLong(32 + word * 8, seed(index, generation) + word);
      } else if (generation == 1) {
        page.putLong(32 + word * 8, 0);
      }
    }
    return page.putLong(4088, generation - 1);
  }
}
