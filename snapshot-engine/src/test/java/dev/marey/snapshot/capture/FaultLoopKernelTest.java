package dev.marey.snapshot.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.revert.AbsentPages;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.Feature;
import dev.marey.uffd.GuestMemory;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fault loop that can't save what is about to be written, over the memory of a toy process. */
@Timeout(60)
final class FaultLoopKernelTest {

  private static final int PAGES = 16;
  private static final int SLOTS = 4;

  @TempDir Path folder;
  private final OwnedParts parts = new OwnedParts();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<Boolean> held = new CopyOnWriteArrayList<>();
  private final UnstoredPages unstored = new UnstoredPages();
  private final CompletableFuture<PageMap> nothing =
      CompletableFuture.completedFuture(PageMap.empty(PAGES));
  private GuestRam ram;
  private GuestMemory guest;
  private FaultLoop loop;
  private Saver saver;

  @BeforeEach
  void start() throws Exception {
    PageStore store = parts.own(PageStore.open(folder, new UUID(1, 2)));
    ram = parts.own(GuestRam.create(PAGES * (long) PageNumber.PAGE_BYTES));
    guest = GuestMemory.start(PAGES, ram.path());
    Userfaultfd uffd = parts.own(guest.connection().userfaultfd(Feature.liveSnapshot()));
    loop =
        new FaultLoop(
            uffd,
            ram,
            guest.address(0),
            store,
            new AbsentPages(PAGES),
            this::hold,
            cause -> failures.add(String.valueOf(cause.getMessage())),
            new FaultLoop.Limits(SLOTS, 1));
    saver = Saver.start(loop, ram, store, unstored, Pace.AT_ONCE);
    parts.own(() -> loop.free(saver));
    parts.own(saver);
    loop.start();
    parts.own(loop);
    parts.own(guest);
    uffd.register(guest.address(0), ram.lengthBytes(), EnumSet.of(RegisterMode.WRITE_PROTECT));
  }

  @AfterEach
  void end() {
    parts.close();
  }

  private void hold(BooleanSupplier relieved) {
    held.add(relieved.getAsBoolean());
  }

  private int stored(int page) {
    ByteBuffer content = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    ram.read(new PageNumber(page), content);
    return content.get(0);
  }

  @Test
  void whatNobodySavesIsNotWrittenAndTheLoopCanBeClosed() throws Exception {
    guest.write(0, PAGES, 1).get();
    // As if it had died: it takes the capture and does nothing about it.
    saver.close();
    Capture capture = loop.beginEpoch(saver, unstored, nothing);
    assertThat(capture.pageCount()).isEqualTo(PAGES);
    guest.write(0, SLOTS, 2).get();
    Awaitility.await("the guest is held").until(() -> held.equals(List.of(false)));
    CompletableFuture<String> tooMuch = guest.write(SLOTS, 1, 2);
    awaitFaultLoopWaits();

    loop.close();

    assertThat(failures).isEmpty();
    assertThat(stored(SLOTS - 1)).isEqualTo(2);
    assertThat(loop.dirtyCount()).as("not saved, so not released").isEqualTo(SLOTS);
    assertThat(stored(SLOTS)).isEqualTo(1);
    assertThat(tooMuch).isNotDone();
  }

  private static void awaitFaultLoopWaits() {
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().entrySet().stream()
                    .filter(thread -> thread.getKey().getName().equals("marey-faults"))
                    .flatMap(thread -> List.of(thread.getValue()).stream())
                    .anyMatch(frame -> frame.getClassName().equals(CaughtPages.class.getName())));
  }

  @Test
  void aSaverThatDiesEndsTheLoopWithAWord() throws Exception {
    guest.write(0, PAGES, 1).get();
    saverThread().interrupt();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> failures.size() == 1);
    assertThatThrownBy(() -> loop.beginEpoch(saver, unstored, nothing))
        .hasMessageStartingWith("The guest's memory is not watched any more");
    assertThat(loop.dirtyCount()).isZero();
  }

  private static Thread saverThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("marey-saver"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anEpochThatCannotBeginLeavesNothingPending() throws Exception {
    guest.write(0, PAGES, 1).get();
    loop.call(
        () -> {
          guest.close();
          return true;
        });
    assertThatThrownBy(() -> loop.beginEpoch(saver, unstored, nothing))
        .hasMessageStartingWith("Changing the write protection of guest RAM failed: ");
    for (int page = 0; page < PAGES; page++) {
      assertThat(loop.pending().capture(page)).isZero();
    }
    assertThat(saver.current()).isEmpty();
    assertThat(loop.dirtyPages().cardinality()).isEqualTo(PAGES);
  }
}
