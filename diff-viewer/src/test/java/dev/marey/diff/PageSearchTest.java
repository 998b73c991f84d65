package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PageSearchTest {

  private static final int PAGES = 12;

  @Test
  void findsBytesInEitherSideAndAcrossNeighbouringPages() throws Exception {
    FakeRam a = new FakeRam(PAGES).write(1, 4095, 0xbe).write(2, 0, 0xef);
    FakeRam b = new FakeRam(PAGES).write(5, 16, 0xbe, 0xef, 0xbe, 0xef);

    assertThat(search(a.and(b), SearchPattern.ofHex("be ef"), 100))
        .isEqualTo(
            new PageSearch.Matches(
                List.of(
                    new PageSearch.Match(Side.A, new GuestAddress(0x1fff)),
                    new PageSearch.Match(Side.B, new GuestAddress(0x5010)),
                    new PageSearch.Match(Side.B, new GuestAddress(0x5012))),
                true));
  }

  @Test
  void neverMatchesAcrossAHole() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 4095, 0xbe).write(2, 0, 0xef);

    assertThat(
            search(new FakeRam(PAGES).and(b, 2, 1L << 32), SearchPattern.ofHex("BEEF"), 9)
                .matches())
        .isEmpty();
  }

  @Test
  void leavesUnchangedPagesAlone() throws Exception {
    FakeRam a = new FakeRam(PAGES).write(3, 0, 'M', 'a', 'r', 'e', 'y');
    FakeRam b = a.copy().write(4, 9, 'M', 'a', 'r', 'e', 'y');

    assertThat(search(a.and(b), SearchPattern.ofText("Marey"), 9).matches())
        .containsExactly(new PageSearch.Match(Side.B, new GuestAddress(0x4009)));
  }

  @Test
  void stopsAtTheLimitAndSaysSo() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 0, 7, 7, 7, 7, 7);

    PageSearch.Matches found = search(new FakeRam(PAGES).and(b), SearchPattern.ofHex("07"), 3);

    assertThat(found.matches()).hasSize(3);
    assertThat(found.complete()).isFalse();
  }

  @Test
  void aCancelledSearchGivesWhatItFoundAndSaysItIsIncomplete() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 0, 7).write(2, 0, 7).write(3, 0, 7);
    RamDiff diff = FakeRam.diff(new FakeRam(PAGES).and(b));

    PageSearch.Matches found =
        new PageSearch(diff, SearchPattern.ofHex("07"), 100).run(new StopAfter(2));

    assertThat(found.complete()).isFalse();
    assertThat(found.matches()).hasSize(2);
  }

  @Test
  void oddDigitsAreExplained() {
    assertThatThrownBy(() -> SearchPattern.ofHex("de a"))
        .hasMessage(
            "“de a” is not a row of bytes: write two hexadecimal digits for each, as in “de ad be"
                + " ef”");
    assertThatThrownBy(() -> SearchPattern.ofText(""))
        .hasMessage("There is nothing to search for: type some text");
  }

  private static PageSearch.Matches search(RamPair pair, SearchPattern pattern, int limit)
      throws Exception {
    return new PageSearch(FakeRam.diff(pair), pattern, limit).run(Progress.NONE);
  }
}
