package dev.marey.snapshot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.io.IOException;
import java.io.RandomAccessFile;
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

  private static List<Integer> putPages(PageStore store, int from, int to)
      throws SnapshotException {
    List<Integer> refs = new ArrayList<>();
    for (int seed = from; seed < to; seed++) {
      refs.add(store.put(RandomPages.page(seed)));
    }
    return refs;
  }

  private static ByteBuffer read(PageStore store, int ref) throws SnapshotException {
    ByteBuffer page = ByteBuffer.allocateDirect(PageStore.PAGE_BYTES);
    store.read(ref, page);
    return page;
  }

  private static void assertPages(PageStore store, List<Integer> refs, int firstSeed)
      throws SnapshotException {
    for (int i = 0; i < refs.size(); i++) {
      assertThat(read(store, refs.get(i)))
          .as("page " + i)
          .isEqualTo(RandomPages.page(firstSeed + i));
    }
  }

  private static List<Integer> damaged(PageStore store) {
    List<Integer> found = new ArrayList<>();
    store.verify((ref, reason) -> found.add(ref));
    return found;
  }

  private Path onlySegment() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int value = bytes.read();
      bytes.seek(offset);
      bytes.write(value ^ 0x40);
    }
  }

  private void flipFirstPage() throws IOException {
    flip(
        onlySegment(),
        BlockFormat.FILE_HEADER_BYTES
            + BlockFormat.RECORDS_OFFSET
            + BlockFormat.RECORD_HEADER_BYTES);
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
  void pagesForcedBeforeAKillAreThereAndATornTailIsDropped() throws Exception {
    List<Integer> forced;
    PageStore store = open();
    forced = putPages(store, 0, 300);
    store.force();
    long safe = dataEnd(onlySegment());
    List<Integer> lost = putPages(store, 300, 800);
    // What a crash leaves: the file at its full length, some of the later pages not written.
    Path segment = onlySegment();
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      long torn = safe + BlockFormat.MAX_BLOCK_BYTES / 2;
      file.setLength(torn);
      file.setLength(SMALL_SEGMENT);
    }
    try (PageStore again = open()) {
      assertPages(again, forced, 0);
      assertThat(again.damageOf(lost.get(499))).isEqualTo("the file or block that held it is gone");
      again.reserve(forced.get(forced.size() - 1));
      List<Integer> anew = putPages(again, 300, 800);
      assertPages(again, anew, 300);
      assertThat(anew).doesNotContainAnyElementsOf(forced);
    }
    try (PageStore again = open()) {
      assertPages(again, forced, 0);
      assertThat(putPages(again, 300, 800)).hasSize(500);
    }
  }

  /** Offset after the last byte that is not zero. */
  private static long dataEnd(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void aFlippedByteInAPageDamagesThatPageAlone() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 400);
    }
    flipFirstPage();
    try (PageStore store = open()) {
      assertThatThrownBy(() -> read(store, refs.get(0)))
          .isInstanceOf(PageDamagedException.class)
          .hasMessage(
              "Stored page 1 is damaged: its checksum is wrong. Nodes that contain it cannot be"
                  + " restored completely; run 'marey verify' to list them.");
      assertThat(damaged(store)).containsExactly(refs.get(0));
      assertPages(store, refs.subList(1, 400), 1);
    }
  }

  @Test
  void aDamagedPageHealsWhenItsContentComesAgain() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 10);
    }
    flipFirstPage();
    try (PageStore store = open()) {
      assertThat(store.put(RandomPages.page(0))).isEqualTo(refs.get(0));
      assertPages(store, refs, 0);
    }
    try (PageStore store = open()) {
      assertPages(store, refs, 0);
      assertThat(damaged(store)).isEmpty();
    }
  }

  @Test
  void aFlippedByteInABlockHeaderLosesThatBlockAlone() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 400);
    }
    flip(onlySegment(), BlockFormat.FILE_HEADER_BYTES + 9);
    try (PageStore store = open()) {
      assertThat(damaged(store)).isEqualTo(refs.subList(0, BlockFormat.BLOCK_PAGES));
      assertPages(store, refs.subList(BlockFormat.BLOCK_PAGES, 400), BlockFormat.BLOCK_PAGES);
      assertThatThrownBy(() -> read(store, refs.get(3)))
          .hasMessageContaining("the file or block that held it is gone");
    }
  }

  @Test
  void aFlippedByteInTheFileHeaderLosesNothing() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 20);
    }
    flip(onlySegment(), 3);
    try (PageStore store = open()) {
      assertPages(store, refs, 0);
    }
  }

  @Test
  void aSegmentCutShortLosesWhatWasCutOffAndItsReferencesAreNotGivenAgain() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 400);
    }
    try (RandomAccessFile file = new RandomAccessFile(onlySegment().toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    try (PageStore store = open()) {
      store.reserve(400);
      assertThat(store.put(RandomPages.page(9999))).isEqualTo(401);
      assertThat(damaged(store)).isNotEmpty().isSubsetOf(refs);
      assertPages(store, refs.subList(0, 100), 0);
    }
  }

  @Test
  void aSegmentThatIsGoneLosesItsPagesAlone() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 3000);
    }
    Files.delete(folder.resolve("0000001.pages"));
    try (PageStore store = open()) {
      List<Integer> damaged = damaged(store);
      assertThat(damaged).isNotEmpty();
      assertThat(damaged.size()).isLessThan(2000);
      assertPages(store, refs.subList(2000, 3000), 2000);
    }
  }

  @Test
  void aGuestThatWritesABlockIntoItsRamIsNotBelieved() throws Exception {
    byte[] forged = new byte[BlockFormat.MAX_BLOCK_BYTES];
    BlockFormat.sealBlock(forged, new UUID(3, 4), 1, 1, BlockFormat.ALIGNMENT * 8, 0);
    ByteBuffer page = RandomPages.noise(1);
    page.put(0, forged, 0, 512);
    assertThat(BlockFormat.isBlock(forged, new UUID(3, 4))).isTrue();
    assertThat(BlockFormat.isBlock(forged, ID)).isFalse();
  }

  @Test
  void aNewerFormatIsRefusedWithItsVersion() throws Exception {
    byte[] header = BlockFormat.fileHeader(1, ID, 1);
    ByteBuffer fields = ByteBuffer.wrap(header);
    fields.putInt(8, 99);
    fields.putInt(36, BlockFormat.crc(header, 0, 36));
    Path file = Files.write(folder.resolve("0000001.pages"), header);
    assertThatThrownBy(this::open)
        .isInstanceOf(SnapshotException.class)
        .hasMessage(
            "Could not read the page store ("
                + file
                + "): it was written by a newer Marey (format 99, this one knows 1). Open it with"
                + " that version.");
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
