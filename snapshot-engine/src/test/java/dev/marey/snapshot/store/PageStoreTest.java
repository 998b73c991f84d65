package dev.marey.snapshot.store;

import static dev.marey.snapshot.store.StoredPages.assertPages;
import static dev.marey.snapshot.store.StoredPages.damaged;
import static dev.marey.snapshot.store.StoredPages.putPages;
import static dev.marey.snapshot.store.StoredPages.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PageStoreTest {

  private static final UUID ID = new UUID(1, 2);
  private static final int SMALL_SEGMENT = 4 << 20;

  @TempDir Path folder;

  private PageStore open() throws SnapshotException {
    return PageStore.open(folder, ID, SMALL_SEGMENT);
  }

  @Test
  void pagesAreReadBackBeforeAndAfterTheyAreWritten() throws Exception {
    try (PageStore store = open()) {
      List<Integer> refs = putPages(store, 0, 1500);
      assertPages(store, refs, 0);
      store.force();
      assertPages(store, refs, 0);
      assertThat(refs).doesNotHaveDuplicates().doesNotContain(0);
      assertThat(damaged(store)).isEmpty();
    }
  }

  @Test
  void pagesKeepTheirReferencesWhenTheStoreIsOpenedAgain() throws Exception {
    List<Integer> refs;
    long storedBytes;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 1500);
      storedBytes = store.storedBytes();
    }
    try (PageStore store = open()) {
      assertPages(store, refs, 0);
      assertThat(store.storedBytes()).isEqualTo(storedBytes);
      assertThat(putPages(store, 0, 1500)).isEqualTo(refs);
      List<Integer> more = putPages(store, 1500, 1600);
      assertThat(more).doesNotContainAnyElementsOf(refs);
      refs.addAll(more);
    }
    try (PageStore store = open()) {
      assertPages(store, refs, 0);
      assertThat(damaged(store)).isEmpty();
    }
  }

  @Test
  void theLengthOfAllFilesIsKnownWhileTheyAreWritten() throws Exception {
    try (PageStore store = open()) {
      assertThat(store.fileBytes()).isZero();
      putPages(store, 0, 3000);
      store.force();
      assertThat(store.fileBytes())
          .isBetween(store.storedBytes(), store.storedBytes() + (256 << 10));
    }
    long onDisk = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        onDisk += Files.size(file);
      }
    }
    try (PageStore store = open()) {
      assertThat(store.fileBytes()).isEqualTo(onDisk);
    }
  }

  @Test
  void equalPagesAreStoredOnceAndZeroPagesNever() throws Exception {
    try (PageStore store = open()) {
      int ref = store.put(RandomPages.page(7));
      long stored = store.storedBytes();
      assertThat(store.put(RandomPages.page(7))).isEqualTo(ref);
      assertThat(store.put(ByteBuffer.allocateDirect(PageStore.PAGE_BYTES))).isZero();
      assertThat(store.storedBytes()).isEqualTo(stored);
      assertThat(read(store, 0)).isEqualTo(ByteBuffer.allocate(PageStore.PAGE_BYTES));
    }
  }

  @Test
  void pagesThatDoNotCompressAreStoredAsTheyAre() throws Exception {
    int ref;
    try (PageStore store = open()) {
      ref = store.put(RandomPages.noise(3));
      assertThat(store.storedBytes()).isEqualTo(PageStore.PAGE_BYTES);
    }
    try (PageStore store = open()) {
      assertThat(read(store, ref)).isEqualTo(RandomPages.noise(3));
    }
  }

  @Test
  void pagesTravelThroughNativeMemory() throws Exception {
    jnr.ffi.Pointer memory =
        jnr.ffi.Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), PageStore.PAGE_BYTES * 2);
    byte[] bytes = new byte[PageStore.PAGE_BYTES];
    RandomPages.page(11).get(0, bytes);
    memory.put(0, bytes, 0, bytes.length);
    try (PageStore store = open()) {
      int ref = store.put(memory.address());
      assertThat(read(store, ref)).isEqualTo(RandomPages.page(11));
      store.read(ref, memory.address() + PageStore.PAGE_BYTES);
      byte[] back = new byte[PageStore.PAGE_BYTES];
      memory.get(PageStore.PAGE_BYTES, back, 0, back.length);
      assertThat(back).isEqualTo(bytes);
    }
  }

  @Test
  void bufferPositionsStayWhereTheyAre() throws Exception {
    ByteBuffer two = ByteBuffer.allocateDirect(2 * PageStore.PAGE_BYTES);
    two.put(PageStore.PAGE_BYTES, RandomPages.page(5), 0, PageStore.PAGE_BYTES);
    two.position(PageStore.PAGE_BYTES);
    try (PageStore store = open()) {
      int ref = store.put(two);
      assertThat(two.position()).isEqualTo(PageStore.PAGE_BYTES);
      two.put(PageStore.PAGE_BYTES, new byte[PageStore.PAGE_BYTES]);
      store.read(ref, two);
      assertThat(two).isEqualTo(RandomPages.page(5));
    }
  }

  @Test
  void puttingAfterClosingIsRefusedAndReadingStillWorks() throws Exception {
    PageStore store = open();
    int ref = store.put(RandomPages.page(1));
    store.close();
    store.close();
    assertThat(read(store, ref)).isEqualTo(RandomPages.page(1));
    assertThatThrownBy(() -> store.put(RandomPages.page(2)))
        .hasMessage(
            "Could not write the page store ("
                + folder
                + "): it is closed. Open the session again.");
  }

  @Test
  void interruptedReadersAndWritersBreakNothing() throws Exception {
    try (PageStore store = open()) {
      Thread.currentThread().interrupt();
      List<Integer> refs = putPages(store, 0, 300);
      store.force();
      assertPages(store, refs, 0);
      assertThat(Thread.interrupted()).isTrue();
      assertPages(store, putPages(store, 300, 600), 300);
    }
  }

  @Test
  void readersAndWritersAtOnceSeeWholePages() throws Exception {
    int pages = 3000;
    AtomicInteger written = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (PageStore store = open()) {
      int[] refs = new int[pages];
      List<Future<?>> work = new ArrayList<>();
      work.add(
          threads.submit(
              () -> {
                for (int seed = 0; seed < pages; seed++) {
                  refs[seed] = store.put(RandomPages.page(seed));
                  written.set(seed + 1);
                  if (seed % 700 == 0) {
                    store.force();
                  }
                }
                return null;
              }));
      for (int reader = 0; reader < 2; reader++) {
        work.add(
            threads.submit(
                () -> {
                  for (int seen = 0; seen < pages; ) {
                    int now = written.get();
                    for (int seed = Math.max(seen, now - 50); seed < now; seed++) {
                      assertThat(read(store, refs[seed])).isEqualTo(RandomPages.page(seed));
                    }
                    seen = now;
                  }
                  return null;
                }));
      }
      for (Future<?> one : work) {
        one.get(50, TimeUnit.SECONDS);
      }
      assertThat(damaged(store)).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }
}
