package dev.marey.snapshot.store;

import static dev.marey.snapshot.store.StoredPages.assertPages;
import static dev.marey.snapshot.store.StoredPages.putPages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PageStoreCrashTest {

  private static final UUID ID = new UUID(1, 2);
  private static final int SMALL_SEGMENT = 4 << 20;

  @TempDir Path folder;

  private PageStore open() throws SnapshotException {
    return PageStore.open(folder, ID, SMALL_SEGMENT);
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
  void pagesForcedBeforeAKillAreThereAndATornTailIsDropped() throws Exception {
    List<Integer> forced;
    PageStore store = open();
    forced = putPages(store, 0, 300);
    store.force();
    long safe = dataEnd(StoredPages.onlySegment(folder));
    List<Integer> lost = putPages(store, 300, 800);
    // What a crash leaves: the file at its full length, some of the later pages not written.
    Path segment = StoredPages.onlySegment(folder);
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

  @Test
  void afterASyncThatFailedTheNextOneBringsEverythingToTheDisk() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    PageStore store = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    List<Integer> refs = putPages(store, 0, 200);
    store.force();
    refs.addAll(putPages(store, 200, 2500));
    disk.failSyncs(1);
    assertThatThrownBy(store::force)
        .isInstanceOf(SnapshotException.class)
        .hasMessage(
            "Could not sync the page store ("
                + folder.resolve("0000001.pages")
                + "): Input/output error. Check the disk.");
    refs.addAll(putPages(store, 2500, 2600));
    store.force();
    disk.loseMemory(folder);
    try (PageStore again = open()) {
      assertPages(again, refs, 0);
      assertThat(again.problems()).isEmpty();
    }
  }

  @Test
  void aSecondFailureIsNotForgottenEither() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    PageStore store = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    List<Integer> refs = putPages(store, 0, 300);
    disk.failSyncs(2);
    assertThatThrownBy(store::force).isInstanceOf(SnapshotException.class);
    // What cannot be read back at that moment is written again before the next sync.
    disk.makeUnreadable(4096, 8192);
    assertThatThrownBy(store::force).isInstanceOf(SnapshotException.class);
    assertThatThrownBy(store::force)
        .hasMessage(
            "Could not write the page store again ("
                + folder.resolve("0000001.pages")
                + "): pages that were just written are lost. Check the disk.");
    disk.makeUnreadable(Integer.MAX_VALUE, Integer.MAX_VALUE);
    store.force();
    disk.loseMemory(folder);
    try (PageStore again = open()) {
      assertPages(again, refs, 0);
    }
  }

  @Test
  void pagesThatMayNotBeOnDiskAreKeptAndNotSharedWithNewOnes() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    PageStore killed = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    List<Integer> synced = putPages(killed, 0, 10);
    killed.force();
    List<Integer> unsynced = putPages(killed, 10, 300);
    PageStore again = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    assertThat(putPages(again, 0, 10)).isEqualTo(synced);
    assertPages(again, unsynced.subList(0, 128), 10);
    List<Integer> anew = putPages(again, 10, 300);
    again.force();
    disk.loseMemory(folder);
    try (PageStore last = open()) {
      assertPages(last, synced, 0);
      assertPages(last, anew, 10);
    }
  }

  /** Sabotage that fails it: a file that is full by the end of a sync taken for synced. */
  @Test
  void whatIsPutDuringASyncIsBroughtToTheDiskByTheNextOne() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    PageStore store = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    List<Integer> refs = putPages(store, 0, 300);
    disk.duringNextSync(
        () -> {
          try {
            refs.addAll(putPages(store, 300, 2600));
          } catch (SnapshotException e) {
            throw new IllegalStateException(e);
          }
        });
    store.force();
    assertThat(StoredPages.files(folder)).hasSizeGreaterThan(1);
    store.force();
    disk.loseMemory(folder);
    try (PageStore again = open()) {
      assertPages(again, refs, 0);
    }
  }

  /** Sabotage that fails it: blocks behind the last known sync that are never synced. */
  @Test
  void whatAKilledProcessLeftIsBroughtToTheDiskByTheNextOpening() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    PageStore killed = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    List<Integer> refs = putPages(killed, 0, 300);
    PageStore again = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    assertPages(again, refs.subList(0, 256), 0);
    disk.loseMemory(folder);
    try (PageStore last = open()) {
      assertPages(last, refs.subList(0, 256), 0);
    }
  }

  /** Sabotage that fails it: a healed page that only a note of a sync makes found again. */
  @Test
  void aPageThatHasHealedStaysSoWhenTheProcessIsKilled() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk();
    List<Integer> refs;
    try (PageStore store = PageStore.open(folder, ID, SMALL_SEGMENT, disk)) {
      refs = putPages(store, 0, 10);
    }
    StoredPages.flip(
        StoredPages.onlySegment(folder),
        BlockFormat.FILE_HEADER_BYTES
            + BlockFormat.RECORDS_OFFSET
            + BlockFormat.RECORD_HEADER_BYTES);
    disk.refuseNotes();
    PageStore killed = PageStore.open(folder, ID, SMALL_SEGMENT, disk);
    assertThat(putPages(killed, 0, 10)).isEqualTo(refs);
    killed.force();
    PageStore again = open();
    assertPages(again, refs, 0);
    again.close();
    BitSet live = new BitSet();
    refs.forEach(live::set);
    again.free(live);
    try (PageStore last = open()) {
      assertPages(last, refs, 0);
    }
  }

  @Test
  void whenMemoryRunsOutNoPageGetsTheReferenceOfAnother() throws Exception {
    Process child = ChildJvm.start(ChildJvm.command(OutOfMemoryProcess.class, folder.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).isEqualTo("out of memory at 16384\nall 17000 pages are right\n");
    assertThat(child.waitFor()).isZero();
  }

  @Test
  void filesThatAreFullAreClosed() throws Exception {
    try (PageStore store = open()) {
      for (int seed = 0; seed < 9000; seed += 100) {
        putPages(store, seed, seed + 100);
        store.force();
      }
      assertThat(StoredPages.files(folder).size()).isGreaterThan(4);
      assertThat(openFiles()).hasSize(1);
    }
    assertThat(openFiles()).isEmpty();
  }

  private List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> numbers = Files.list(Path.of("/proc/self/fd"))) {
      for (Path number : numbers.toList()) {
        if (Files.isSymbolicLink(number)) {
          Path target = Files.readSymbolicLink(number);
          if (target.startsWith(folder)) {
            open.add(target);
          }
        }
      }
    }
    return open;
  }
}
