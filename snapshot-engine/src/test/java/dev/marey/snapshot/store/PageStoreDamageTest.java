package dev.marey.snapshot.store;

import static dev.marey.snapshot.store.StoredPages.assertPages;
import static dev.marey.snapshot.store.StoredPages.damaged;
import static dev.marey.snapshot.store.StoredPages.putPages;
import static dev.marey.snapshot.store.StoredPages.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.RandomPages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PageStoreDamageTest {

  private static final UUID ID = new UUID(1, 2);
  private static final int SMALL_SEGMENT = 4 << 20;

  @TempDir Path folder;

  private PageStore open() throws SnapshotException {
    return PageStore.open(folder, ID, SMALL_SEGMENT);
  }

  private void flipFirstPage() throws IOException {
    StoredPages.flip(
        StoredPages.onlySegment(folder),
        BlockFormat.FILE_HEADER_BYTES
            + BlockFormat.RECORDS_OFFSET
            + BlockFormat.RECORD_HEADER_BYTES);
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
    StoredPages.flip(StoredPages.onlySegment(folder), BlockFormat.FILE_HEADER_BYTES + 9);
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
    StoredPages.flip(StoredPages.onlySegment(folder), 3);
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
    try (RandomAccessFile file =
        new RandomAccessFile(StoredPages.onlySegment(folder).toFile(), "rw")) {
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
  void whatCannotBeReadNowIsNamedAndReadAtAnotherOpening() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 400);
    }
    Path file = StoredPages.onlySegment(folder);
    byte[] before = Files.readAllBytes(file);
    ForgetfulDisk disk = new ForgetfulDisk();
    disk.makeUnreadable(before.length / 2, before.length);
    List<Integer> meanwhile;
    try (PageStore store = PageStore.open(folder, ID, SMALL_SEGMENT, disk)) {
      assertThat(store.problems())
          .singleElement()
          .asString()
          .matches(
              "The disk could not read part of the page store \\("
                  + file
                  + ", at byte [0-9]+\\)\\. Nodes with pages there are damaged; nothing was removed\\."
                  + " Check the disk and open the session again; 'marey verify' lists the nodes\\.");
      assertPages(store, refs.subList(0, 100), 0);
      disk.makeUnreadable(Integer.MAX_VALUE, Integer.MAX_VALUE);
      // As the session does: the greatest reference in any of its nodes.
      store.reserve(refs.get(300));
      meanwhile = putPages(store, 2000, 2300);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (PageStore store = open()) {
      assertThat(store.problems()).isEmpty();
      assertPages(store, refs.subList(0, 301), 0);
      assertPages(store, meanwhile, 2000);
    }
  }

  @Test
  void aStoreOfAnotherSessionIsRefusedAndLeftAsItIs() throws Exception {
    List<Integer> refs;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 300);
    }
    Path file = StoredPages.onlySegment(folder);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> PageStore.open(folder, new UUID(3, 4)))
        .isInstanceOf(SnapshotException.class)
        .hasMessage(
            "Could not read the page store ("
                + file
                + "): it belongs to another session. Restore the file 'session' that was made with"
                + " it, or put the file where it belongs.");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (PageStore store = open()) {
      assertPages(store, refs, 0);
    }
  }

  @Test
  void aDamagedEndThatWasOnDiskIsNamedAndLeftAsItIs() throws Exception {
    List<Integer> refs;
    int safe;
    try (PageStore store = open()) {
      refs = putPages(store, 0, 128);
      store.force();
      safe = (int) store.fileBytes();
      refs.addAll(putPages(store, 128, 256));
    }
    try (PageStore store = open()) {
      refs.addAll(putPages(store, 256, 300));
      store.force();
    }
    Path file = StoredPages.files(folder).get(0);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      // Without the note behind it, the damaged block is the last.
      bytes.setLength(bytes.length() - BlockFormat.ALIGNMENT);
    }
    StoredPages.flip(file, safe + 9);
    byte[] before = Files.readAllBytes(file);
    try (PageStore store = open()) {
      assertThat(store.problems())
          .containsExactly(
              "The end of a file of the page store is damaged ("
                  + file
                  + ", from byte "
                  + safe
                  + " on). Nodes with pages there are damaged; nothing was removed. Restore the"
                  + " file from a backup; 'marey verify' lists the nodes.");
      assertThat(damaged(store)).isEqualTo(refs.subList(128, 256));
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    StoredPages.flip(file, safe + 9);
    try (PageStore store = open()) {
      assertThat(store.problems()).isEmpty();
      assertPages(store, refs, 0);
    }
  }

  /** A page with a block in it, where a scan that steps over its own block's header comes by. */
  private static ByteBuffer forged(UUID id, long victim) {
    PageCodec codec = new PageCodec();
    codec.load(RandomPages.noise(victim));
    codec.hash();
    long high = codec.hashHigh();
    long low = codec.hashLow();
    byte[] block = new byte[BlockFormat.RECORDS_OFFSET];
    // A guest that fills the directory with noise keeps its page from being compressed.
    RandomPages.noise(99).get(block, 0, block.length);
    ByteBuffer.wrap(block, BlockFormat.DIRECTORY_OFFSET, BlockFormat.ENTRY_BYTES)
        .putLong(high)
        .putLong(low)
        .putShort((short) 100);
    BlockFormat.sealBlock(block, id, 1, 7000, 3072, 0);
    ByteBuffer page = RandomPages.noise(1);
    int firstRecord = BlockFormat.RECORDS_OFFSET + BlockFormat.RECORD_HEADER_BYTES;
    page.put(BlockFormat.align(firstRecord) - firstRecord, block);
    return page;
  }

  @Test
  void aGuestThatWritesABlockIntoItsRamIsNotBelieved() throws Exception {
    UUID guessed = new UUID(3, 4);
    for (UUID id : List.of(guessed, ID)) {
      Path each = Files.createDirectory(folder.resolve(id.toString()));
      try (PageStore store = PageStore.open(each, ID, SMALL_SEGMENT)) {
        store.put(forged(id, 5));
        assertThat(store.storedBytes()).as("stored as it is").isEqualTo(PageStore.PAGE_BYTES);
      }
      StoredPages.flip(StoredPages.onlySegment(each), BlockFormat.FILE_HEADER_BYTES + 9);
      try (PageStore store = PageStore.open(each, ID, SMALL_SEGMENT)) {
        // Only who knows the id, which is on the host's disk alone, gets a block in.
        assertThat(store.nextRef()).isEqualTo(id.equals(ID) ? 7001 : 1);
      }
    }
  }
}
