package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.snapshot.SnapshotException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Page 1 changes in each of four pairs, 2 in two of them, 3 in one, 4 in none. */
final class PageHistoryTest {

  private static final int PAGES = 8;

  private static PageHistory history(int pairs) throws SnapshotException {
    List<RamPair> all = new ArrayList<>();
    FakeRam before = new FakeRam(PAGES);
    for (int pair = 1; pair <= pairs; pair++) {
      FakeRam after = before.copy().write(1, 0, pair);
      if (pair % 2 == 0) {
        after.write(2, 0, pair);
      }
      if (pair == 1) {
        after.write(3, 0, pair);
      }
      all.add(before.and(after));
      before = after;
    }
    return PageHistory.of(all);
  }

  private static RamDiff diff(PageHistory history) throws SnapshotException {
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = new FakeRam(PAGES).write(1, 9, 1).write(2, 9, 1).write(3, 9, 1).write(4, 9, 1);
    return RamDiff.of(a.and(b), history);
  }

  @Test
  void whatChangesInHalfOfThePairsIsUsual() throws Exception {
    PageHistory history = history(4);
    assertThat(history.pairs()).isEqualTo(4);
    assertThat(new int[] {1, 2, 3, 4})
        .satisfies(
            pages -> {
              assertThat(history.changes(pages[0])).isEqualTo(4);
              assertThat(history.changes(pages[1])).isEqualTo(2);
              assertThat(history.changes(pages[2])).isEqualTo(1);
              assertThat(history.changes(pages[3])).isZero();
            });
    assertThat(history.usual(1)).isTrue();
    assertThat(history.usual(2)).isTrue();
    assertThat(history.usual(3)).isFalse();
    assertThat(history.usual(4)).isFalse();
  }

  @Test
  void twoPairsAreTooFewToCallAnythingUsual() throws Exception {
    assertThat(history(2).usual(1)).isFalse();
    assertThat(history(3).usual(1)).isTrue();
    assertThat(PageHistory.NONE.usual(1)).isFalse();
  }

  @Test
  void theRarestChangesComeFirstAndUsualOnesAreNotFoldedWithThem() throws Exception {
    RamDiff diff = diff(history(4));
    assertThat(diff.runs())
        .extracting(run -> run.pages().first().index(), PageRun::seldom, PageRun::usual)
        .containsExactly(tuple(1, 2, true), tuple(3, 0, false));
    assertThat(diff.runsByRarity()).containsExactly(diff.runs().get(1), diff.runs().get(0));
    assertThat(diff.pagesUsual()).isEqualTo(2);
    assertThat(diff.swapped().runsByRarity()).hasSize(2);
  }

  @Test
  void withoutHistoryTheListIsInOrderOfAddresses() throws Exception {
    RamDiff diff = diff(PageHistory.NONE);
    assertThat(diff.runsByRarity()).isEqualTo(diff.runs()).hasSize(1);
    assertThat(diff.pagesUsual()).isZero();
  }

  @Test
  void jsonSaysWhatIsUsual() throws Exception {
    StringWriter out = new StringWriter();
    DiffJson.write(out, "S5", "S6", diff(history(4)), new DeviceDiff(List.of()));
    JsonNode pages = new ObjectMapper().readTree(out.toString()).at("/ram/pages");
    assertThat(pages)
        .extracting(page -> page.get("address").asText() + " " + page.get("usual").asBoolean())
        .containsExactly("0x1000 true", "0x2000 true", "0x3000 false", "0x4000 false");
  }
}
