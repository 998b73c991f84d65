package dev.marey.snapshot.store;

import static dev.marey.snapshot.store.StoredPages.assertPages;
import static dev.marey.snapshot.store.StoredPages.damaged;
import static dev.marey.snapshot.store.StoredPages.putPages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PageStoreFreeTest {

  private static final UUID ID = new UUID(1, 2);
  private static final int SMALL_SEGMENT = 4 << 20;

  @TempDir Path folder;
  private List<Integer> refs = List.of();

  private PageStore open() throws SnapshotException {
    return PageStore.open(folder, ID, SMALL_SEGMENT);
  }

  @BeforeEach
  void makeFourFiles() throws Exception {
    try (PageStore store = open()) {
      refs = putPages(store, 0, 5000);
    }
    assertThat(StoredPages.files(folder)).hasSize(4);
  }

  private void free(BitSet live) throws SnapshotException {
    PageStore store = open();
    store.close();
    store.free(live);
  }

  private static BitSet live(List<Integer> refs) {
    BitSet live = new BitSet();
    refs.forEach(live::set);
    return live;
  }

  @Test
  void filesThatNoNodeNeedsGoAndTheOthersKeepTheirReferences() throws Exception {
    free(live(refs.subList(4900, 5000)));
    assertThat(StoredPages.files(folder)).containsExactly(folder.resolve("0000004.pages"));
    try (PageStore store = open()) {
      assertThat(store.problems()).isEmpty();
      assertPages(store, refs.subList(4900, 5000), 4900);
      assertThat(putPages(store, 4900, 5000)).isEqualTo(refs.subList(4900, 5000));
      List<Integer> anew = putPages(store, 0, 100);
      assertPages(store, anew, 0);
      assertThat(anew).allMatch(ref -> ref > 5000);
    }
  }

  /**
   * Sabotage that fails it: an index that knows records in holes, which then grows with all pages
   * that ever were.
   */
  @Test
  void whatIsInAHoleIsNotKnownAnyMoreAndItsContentIsStoredAnew() throws Exception {
    BitSet live = live(refs.subList(0, 5000));
    live.clear(100, 900);
    free(live);
    try (PageStore store = open()) {
      List<Integer> anew = putPages(store, 200, 300);
      // Beside a directory, a record may lie in a part of a block that is no hole.
      assertThat(anew).filteredOn(ref -> ref > 5000).hasSizeGreaterThan(90);
      assertPages(store, anew, 200);
      assertThat(store.damageOf(refs.get(250))).isEqualTo("the file or block that held it is gone");
      assertPages(store, refs.subList(900, 5000), 900);
    }
  }

  @Test
  void theLastFileStaysSoThatNoReferenceIsGivenAgain() throws Exception {
    free(new BitSet());
    assertThat(StoredPages.files(folder)).containsExactly(folder.resolve("0000004.pages"));
    try (PageStore store = open()) {
      assertThat(store.put(RandomPages.page(9000))).isEqualTo(5001);
    }
  }

  @Test
  void theRoomOfPagesBetweenOthersGoes() throws Exception {
    long before;
    long each;
    try (PageStore store = open()) {
      before = store.fileBytes();
      each = store.storedBytes() / refs.size();
    }
    BitSet live = live(refs);
    live.clear(refs.get(100), refs.get(1000));
    live.clear(refs.get(2000), refs.get(2030));
    free(live);
    try (PageStore store = open()) {
      assertThat(store.fileBytes()).isBetween(before - 940 * each, before - 880 * each);
      assertPages(store, refs.subList(0, 100), 0);
      assertPages(store, refs.subList(1000, 2000), 1000);
      assertPages(store, refs.subList(2030, 5000), 2030);
    }
  }

  @Test
  void aHealedPageKeepsBothItsReferenceAndItsContent() throws Exception {
    Path first = StoredPages.files(folder).get(0);
    StoredPages.flip(
        first,
        BlockFormat.FILE_HEADER_BYTES
            + BlockFormat.RECORDS_OFFSET
            + BlockFormat.RECORD_HEADER_BYTES);
    try (PageStore store = open()) {
      assertThat(store.put(RandomPages.page(0))).isEqualTo(refs.get(0));
      int unused = store.put(RandomPages.page(9000));
    }
    try (PageStore store = open()) {
      int unused = store.put(RandomPages.page(9001));
    }
    free(live(refs.subList(0, 1)));
    try (PageStore store = open()) {
      assertPages(store, refs.subList(0, 1), 0);
    }
  }

  @Test
  void whatIsNotUnderstoodIsNotRemoved() throws Exception {
    Path first = StoredPages.files(folder).get(0);
    StoredPages.flip(first, BlockFormat.FILE_HEADER_BYTES + 9);
    free(live(refs.subList(0, BlockFormat.BLOCK_PAGES)));
    StoredPages.flip(first, BlockFormat.FILE_HEADER_BYTES + 9);
    try (PageStore store = open()) {
      assertPages(store, refs.subList(0, BlockFormat.BLOCK_PAGES), 0);
    }
  }

  @Test
  void anOpenStoreGivesNothingBack() throws Exception {
    try (PageStore store = open()) {
      assertThatThrownBy(() -> store.free(new BitSet())).isInstanceOf(IllegalStateException.class);
      assertThat(damaged(store)).isEmpty();
    }
  }
}
