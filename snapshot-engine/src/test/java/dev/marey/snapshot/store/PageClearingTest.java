package dev.marey.snapshot.store;

import static dev.marey.snapshot.store.StoredPages.assertPages;
import static dev.marey.snapshot.store.StoredPages.putPages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Room is given back while the store is open. */
@Timeout(60)
final class PageClearingTest {

  private static final UUID ID = new UUID(1, 2);
  private static final int SMALL_SEGMENT = 4 << 20;

  @TempDir Path folder;

  private PageStore open() throws SnapshotException {
    return PageStore.open(folder, ID, SMALL_SEGMENT);
  }

  private static void clear(PageStore store, List<Integer> live) throws SnapshotException {
    BitSet needed = new BitSet();
    live.forEach(needed::set);
    try (PageClearing clearing = store.beginClearing()) {
      clearing.free(needed);
    }
  }

  @Test
  void filesGoAndHolesAreMadeWhileTheStoreIsOpenAndWhatComesAgainIsStoredAnew() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 5000);
      store.force();
      assertThat(StoredPages.files(folder)).hasSize(4);
      long each = store.storedBytes() / 5000;
      List<Integer> live = new ArrayList<>(refs.subList(4000, 4100));
      live.addAll(refs.subList(4900, 5000));
      clear(store, live);
      assertThat(StoredPages.files(folder)).hasSize(2);
      assertThat(store.fileBytes()).isLessThan(400 * each);
      assertThat(store.owesRoom()).isFalse();
      assertPages(store, refs.subList(4000, 4100), 4000);
      assertThat(putPages(store, 4900, 5000)).isEqualTo(refs.subList(4900, 5000));
      // Whether its file is gone or has a hole: no reference may come back.
      List<Integer> anew = putPages(store, 0, 100);
      anew.addAll(putPages(store, 4200, 4300));
      assertThat(anew).allMatch(ref -> ref > 5000);
      assertPages(store, anew.subList(0, 100), 0);
      store.force();
      refs = anew;
    }
    try (PageStore store = open()) {
      assertThat(store.problems()).isEmpty();
      assertPages(store, refs.subList(0, 100), 0);
      assertPages(store, refs.subList(100, 200), 4200);
      clear(store, refs);
      assertPages(store, refs.subList(0, 100), 0);
      assertPages(store, refs.subList(100, 200), 4200);
    }
  }

  /** Sabotage that fails it: a clearing that holds only what is put after its beginning. */
  @Test
  void whatIsPutUnderALeaseStaysAsLongAsThatLasts() throws Exception {
    try (PageStore store = open()) {
      List<Integer> old = putPages(store, 0, 300);
      store.force();
      PageLease lease = store.lease();
      List<Integer> underWay = putPages(store, 200, 400);
      assertThat(underWay.subList(0, 100)).isEqualTo(old.subList(200, 300));
      store.force();
      PageLease second = store.lease();
      clear(store, List.of());
      assertPages(store, underWay, 200);
      assertThat(putPages(store, 200, 400)).isEqualTo(underWay);
      assertThat(store.damageOf(old.get(0))).isNotNull();
      lease.close();
      lease.close();
      clear(store, underWay.subList(0, 10));
      assertPages(store, underWay, 200);
      second.close();
      clear(store, underWay.subList(0, 10));
      assertPages(store, underWay.subList(0, 10), 200);
      assertThat(store.damageOf(underWay.get(10))).isNotNull();
    }
  }

  /** A put may find a page that nobody needs between the question and the answer. */
  @Test
  void whatIsPutWhileOthersAreAskedWhatTheyNeedStays() throws Exception {
    try (PageStore store = open()) {
      List<Integer> old = putPages(store, 0, 300);
      store.force();
      try (PageClearing clearing = store.beginClearing()) {
        assertThat(putPages(store, 0, 50)).isEqualTo(old.subList(0, 50));
        List<Integer> fresh = putPages(store, 300, 350);
        clearing.free(new BitSet());
        assertPages(store, old.subList(0, 50), 0);
        assertPages(store, fresh, 300);
        assertThat(putPages(store, 0, 50)).isEqualTo(old.subList(0, 50));
        assertThat(store.damageOf(old.get(50))).isNotNull();
      }
    }
  }

  /** What a sync has not brought to the disk would be written again after it had failed. */
  @Test
  void whatIsNotOnDiskForGoodWaitsAndGoesLater() throws Exception {
    try (PageStore store = open()) {
      List<Integer> refs = putPages(store, 0, 1000);
      clear(store, List.of());
      assertThat(store.owesRoom()).isTrue();
      long before = store.fileBytes();
      int kept = store.put(RandomPages.page(9000));
      store.force();
      assertThat(store.fileBytes()).isGreaterThanOrEqualTo(before);
      clear(store, List.of(kept));
      assertThat(store.fileBytes()).isLessThan(before / 4);
      assertPages(store, List.of(kept), 9000);
      assertThat(store.damageOf(refs.get(0))).isNotNull();
    }
    try (PageStore store = open()) {
      assertThat(store.problems()).isEmpty();
    }
  }
}
