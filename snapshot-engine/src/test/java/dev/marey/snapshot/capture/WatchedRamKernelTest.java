package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.revert.AbsentPages;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.Feature;
import dev.marey.uffd.GuestMemory;
import dev.marey.uffd.Userfaultfd;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a toy process, watched by a fault loop whose own RAM is elsewhere. */
@Timeout(60)
final class WatchedRamKernelTest {

  private static final int PAGES = 64;
  private static final long ELSEWHERE = 1L << 40;

  @TempDir Path folder;
  private final OwnedParts parts = new OwnedParts();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private GuestMemory process;
  private FaultLoop loop;
  private int range;

  @BeforeEach
  void start() throws Exception {
    PageStore store = parts.own(PageStore.open(folder, new UUID(1, 2)));
    GuestRam ram = parts.own(GuestRam.create(PAGES * (long) PageNumber.PAGE_BYTES));
    process = GuestMemory.start(PAGES, ram.path());
    Userfaultfd uffd = parts.own(process.connection().userfaultfd(Feature.liveSnapshot()));
    loop =
        new FaultLoop(
            uffd,
            ram,
            ELSEWHERE,
            store,
            new AbsentPages(PAGES),
            relieved -> {},
            cause -> failures.add(String.valueOf(cause.getMessage())),
            FaultLoop.Limits.STANDARD);
    Saver saver = Saver.start(loop, ram, store, new UnstoredPages(), Pace.AT_ONCE);
    parts.own(() -> loop.free(saver));
    parts.own(saver);
    loop.start();
    parts.own(loop);
    parts.own(process);
    process.write(0, PAGES, 1).get();
    range = loop.watch(process.address(0), ram.lengthBytes());
  }

  @AfterEach
  void end() {
    parts.close();
    assertThat(failures).isEmpty();
  }

  private static BitSet pages(int from, int to) {
    BitSet pages = new BitSet();
    pages.set(from, to);
    return pages;
  }

  private void write(int page, int count) {
    try {
      assertThat(process.write(page, count, 2).get()).isNotNull();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sabotage that fails it: no window, or one that reaches beyond the range. */
  @Test
  void whatIsWrittenInSequenceIsFreedAhead() throws SnapshotException {
    write(10, 1);
    assertThat(loop.watchedWritten(range)).isEqualTo(pages(10, 11));
    write(11, 1);
    assertThat(loop.watchedWritten(range)).isEqualTo(pages(10, 13));
    write(13, PAGES - 13);
    assertThat(loop.takeWatchedWritten(range)).isEqualTo(pages(10, PAGES));
    write(PAGES - 1, 1);
    assertThat(loop.watchedWritten(range)).isEqualTo(pages(PAGES - 1, PAGES));
  }

  /** Sabotage that fails it: not noting what a load wrote, or not freeing it at the next one. */
  @Test
  void whatALoadWroteIsFreeAtTheNextLoadAndCountsAsWritten() throws SnapshotException {
    loop.whileLoading(() -> write(20, 8));
    BitSet first = loop.takeWatchedWritten(range);
    assertThat(first.get(20, 28).cardinality()).isEqualTo(8);
    write(40, 1);
    assertThat(loop.takeWatchedWritten(range)).isEqualTo(pages(40, 41));
    loop.whileLoading(() -> write(20, 1));
    assertThat(loop.takeWatchedWritten(range)).isEqualTo(first);
  }
}
