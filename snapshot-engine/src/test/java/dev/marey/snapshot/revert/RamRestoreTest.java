package dev.marey.snapshot.revert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.uffd.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RamRestoreTest {

  private static final int PAGES = 32;

  @TempDir Path folder;
  private PageStore store;
  private GuestRam ram;
  private RamRestore restore;
  private final AbsentPages absent = new AbsentPages(PAGES);
  private PageMap target;

  @BeforeEach
  void open() throws Exception {
    store = PageStore.open(folder, new UUID(1, 2));
    ram = GuestRam.create(PAGES * (long) PageNumber.PAGE_BYTES);
    restore = new RamRestore(ram, store, absent);
    target =
        PageMap.empty(PAGES)
            .change()
            .set(3, store.put(RandomPages.page(3)))
            .set(4, store.put(RandomPages.page(4)))
            .build();
  }

  @AfterEach
  void close() throws Exception {
    ram.close();
    store.close();
  }

  private void guestHas(int page, long seed) throws Exception {
    try (NativeMemory memory = NativeMemory.allocate(PageNumber.PAGE_BYTES)) {
      memory.buffer().put(0, RandomPages.page(seed), 0, PageNumber.PAGE_BYTES);
      ram.write(page, 1, memory.address());
    }
  }

  private void assertGuestHas(int page, ByteBuffer content) {
    ByteBuffer found = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    ram.read(new PageNumber(page), found);
    assertThat(found.flip().mismatch(content)).as("page %d", page).isEqualTo(-1);
  }

  private static BitSet pages(int... numbers) {
    BitSet pages = new BitSet();
    for (int page : numbers) {
      pages.set(page);
    }
    return pages;
  }

  @Test
  void fewPagesAreWrittenBackAtOnce() throws Exception {
    guestHas(3, 100);
    guestHas(9, 101);
    assertThat(restore.restore(pages(3, 4, 9), target, 3)).isEqualTo(new RamRestore.Restored(3, 3));
    assertGuestHas(3, RandomPages.page(3));
    assertGuestHas(4, RandomPages.page(4));
    assertGuestHas(9, ByteBuffer.allocate(PageNumber.PAGE_BYTES));
    assertThat(absent.count()).isZero();
  }

  @Test
  void manyPagesAreDroppedAndThoseThatAreNotZeroesAreAbsent() throws Exception {
    for (int page : new int[] {3, 4, 9, 20}) {
      guestHas(page, 100 + page);
    }
    assertThat(restore.restore(pages(3, 4, 9), target, 2)).isEqualTo(new RamRestore.Restored(3, 0));
    assertThat(ram.data()).containsExactly(PageSpan.of(20, 1));
    assertThat(absent.contains(3)).isTrue();
    assertThat(absent.contains(4)).isTrue();
    assertThat(absent.count()).isEqualTo(2);
    assertThat(absent.refOf(4)).isEqualTo(target.refOf(4));
  }

  @Test
  void aPageIsAbsentFromTheNewNodeOnceItWasAbsentFromTheOneBefore() throws Exception {
    PageMap before = PageMap.empty(PAGES).change().set(9, 77).set(3, 78).build();
    assertThat(restore.allAbsent(before)).isEqualTo(2);
    assertThat(restore.restore(RamRestore.differences(before, target), target, 10))
        .isEqualTo(new RamRestore.Restored(3, 1));
    assertThat(absent.contains(9)).as("zeroes now").isFalse();
    assertThat(absent.refOf(3)).isEqualTo(target.refOf(3));
    assertGuestHas(4, RandomPages.page(4));
    assertThat(ram.data()).containsExactly(PageSpan.of(4, 1));
  }

  /** As after a fill that the kernel gave up half-way. */
  @Test
  void whatIsThereThoughItCountsAsAbsentDoesNotStay() throws Exception {
    PageMap before = PageMap.empty(PAGES).change().set(3, 77).set(9, 78).build();
    int unused = restore.allAbsent(before);
    guestHas(3, 500);
    guestHas(9, 501);
    RamRestore.Restored done = restore.restore(RamRestore.differences(before, target), target, 10);
    assertThat(done).isEqualTo(new RamRestore.Restored(3, 1));
    assertThat(ram.data()).containsExactly(PageSpan.of(4, 1));
    assertThat(absent.contains(3)).isTrue();
    assertThat(absent.contains(9)).isFalse();
  }
}
