package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.snapshot.testing.RandomPages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LazyRamTest {

  private static final PageNumber PAGE = new PageNumber(1);

  @TempDir Path folder;

  @Test
  void aPageIsReadFromWhereItIsAlsoWhenItIsDroppedWhileSomebodyReads() throws Exception {
    try (PageStore store = PageStore.open(folder, new UUID(1, 2));
        GuestRam ram = GuestRam.create(4L * PageNumber.PAGE_BYTES)) {
      ByteBuffer content = RandomPages.page(7);
      PageMap map = PageMap.empty(4).change().set(PAGE.index(), store.put(content)).build();
      Queue<Runnable> meanwhile = new ArrayDeque<>();
      LazyRam lazy =
          new LazyRam(
              4,
              (page, into) -> {
                meanwhile.forEach(Runnable::run);
                ram.read(page, into);
              },
              store,
              absent -> {
                throw new IllegalStateException("nothing is loaded ahead here");
              });
      RamRestore restore = new RamRestore(ram, store, lazy.absent());
      BitSet page = BitSet.valueOf(new long[] {1L << PAGE.index()});
      restore.putBack(page, map);
      assertReads(lazy, content);
      meanwhile.add(() -> drop(restore, page, map));
      assertReads(lazy, content);
      meanwhile.clear();
      assertThat(lazy.absent().contains(PAGE.index())).isTrue();
      assertReads(lazy, content);
    }
  }

  private static void drop(RamRestore restore, BitSet pages, PageMap map) {
    try {
      RamRestore.Restored unused = restore.restore(pages, map, 0);
    } catch (SnapshotException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertReads(LazyRam lazy, ByteBuffer content) throws Exception {
    ByteBuffer seen = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES + 8).position(8);
    lazy.read(PAGE, seen);
    assertThat(seen.position()).isEqualTo(8);
    assertThat(seen.mismatch(content)).as("first wrong byte").isEqualTo(-1);
  }
}
