package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static dev.marey.uffd.RegisterMode.WRITE_PROTECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.marey.uffd.PageFault.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each operation on a real userfaultfd; the test is the handler of another process's faults. */
@Timeout(60)
final class UserfaultfdKernelTest {

  private static final int PAGES = 64;
  private static final int WAIT_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 100;

  private GuestMemory guest;
  private FaultBatch batch;
  private NativeMemory source;

  @BeforeEach
  void start() throws Exception {
    guest = GuestMemory.start(PAGES);
    batch = FaultBatch.allocate(16);
    source = NativeMemory.allocate(PAGES * PAGE);
  }

  @AfterEach
  void stop() throws Exception {
    guest.close();
    batch.close();
    source.close();
  }

  @Test
  void writeToAnArmedPageWaitsUntilThePageIsSavedAndReleased() throws Exception {
    guest.write(3, 1, 11).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      CompletableFuture<String> write = guest.write(3, 1, 22);

      PageFault fault = onlyFault(userfaultfd);
      int saved = guest.stored(3);
      boolean doneBeforeRelease = write.isDone();
      userfaultfd.writeUnprotect(guest.address(3), PAGE);

      String thread = write.get().substring("wrote ".length());
      assertThat(fault)
          .isEqualTo(
              new PageFault(
                  guest.address(3), Kind.WRITE_PROTECTED, true, Integer.parseInt(thread)));
      assertThat(saved).isEqualTo(11);
      assertThat(doneBeforeRelease).isFalse();
      assertThat(guest.stored(3)).isEqualTo(22);
    }
  }

  @Test
  void readOfAnArmedPageDoesNotWait() throws Exception {
    guest.write(0, 4, 5).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());

      assertThat(guest.read(0, 4).get()).isEqualTo("20");
      assertThat(userfaultfd.read(batch)).isZero();
    }
  }

  @Test
  void neverTouchedPageCanBeArmedAndItsFirstWriteIsSeen() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      CompletableFuture<String> write = guest.write(9, 1, 1);

      assertThat(onlyFault(userfaultfd).kind()).isEqualTo(Kind.WRITE_PROTECTED);
      userfaultfd.writeUnprotect(guest.address(9), PAGE);
      write.get();
    }
  }

  @Test
  void releasedPageIsNotSeenAgainAndItsNeighboursStayArmed() throws Exception {
    guest.write(0, PAGES, 1).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      userfaultfd.writeUnprotect(guest.address(4), PAGE);
      guest.write(4, 1, 2).get();

      CompletableFuture<String> neighbour = guest.write(5, 1, 2);
      assertThat(onlyFault(userfaultfd).address()).isEqualTo(guest.address(5));
      userfaultfd.writeUnprotect(guest.address(5), PAGE);
      neighbour.get();
    }
  }

  @Test
  void touchOfAHoleWaitsUntilItIsFilled() throws Exception {
    source.buffer().put(0, (byte) 77);
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(2, 1);

      PageFault fault = onlyFault(userfaultfd);
      assertThat(fault.kind()).isEqualTo(Kind.MISSING);
      assertThat(fault.write()).isFalse();
      assertThat(userfaultfd.copy(guest.address(2), source.address(), PAGE, false)).isEqualTo(PAGE);
      assertThat(read.get()).isEqualTo("77");
    }
  }

  @Test
  void pageFilledArmedIsSeenAtItsNextWrite() throws Exception {
    source.buffer().put(0, (byte) 5);
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT)) {
      CompletableFuture<String> read = guest.read(2, 1);
      onlyFault(userfaultfd);
      userfaultfd.copy(guest.address(2), source.address(), PAGE, true);
      assertThat(read.get()).isEqualTo("5");

      CompletableFuture<String> write = guest.write(2, 1, 6);
      assertThat(onlyFault(userfaultfd).kind()).isEqualTo(Kind.WRITE_PROTECTED);
      assertThat(guest.stored(2)).isEqualTo(5);
      userfaultfd.writeUnprotect(guest.address(2), PAGE);
      write.get();
      assertThat(guest.stored(2)).isEqualTo(6);
    }
  }

  @Test
  void pageFilledUnarmedIsWrittenUnseen() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      userfaultfd.copy(guest.address(2), source.address(), PAGE, false);

      guest.write(2, 1, 6).get();
      assertThat(userfaultfd.read(batch)).isZero();
    }
  }

  @Test
  void writeToAHoleFilledArmedWaitsTwice() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT)) {
      CompletableFuture<String> write = guest.write(2, 1, 6);

      PageFault first = onlyFault(userfaultfd);
      userfaultfd.copy(guest.address(2), source.address(), PAGE, true);
      PageFault second = onlyFault(userfaultfd);
      userfaultfd.writeUnprotect(guest.address(2), PAGE);

      assertThat(List.of(first.kind(), second.kind()))
          .containsExactly(Kind.MISSING, Kind.WRITE_PROTECTED);
      assertThat(first.write()).isTrue();
      write.get();
    }
  }

  @Test
  void zeroPageFillsAHoleWithZeroes() throws Exception {
    guest.write(7, 1, 9).get();
    guest.punch(7, 1).get();
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(7, 1);
      onlyFault(userfaultfd);

      assertThat(userfaultfd.zeroPage(guest.address(7), PAGE)).isEqualTo(PAGE);
      assertThat(read.get()).isEqualTo("0");
    }
  }

  @Test
  void fillOfAPageThatIsThereKeepsItAndWakesItsWaiters() throws Exception {
    source.buffer().put(0, (byte) 1);
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(2, 1);
      onlyFault(userfaultfd);
      fillBehindTheWaitersBack(2, 44);

      assertThat(userfaultfd.copy(guest.address(2), source.address(), PAGE, false)).isZero();
      assertThat(read.get()).isEqualTo("44");

      CompletableFuture<String> other = guest.read(3, 1);
      onlyFault(userfaultfd);
      fillBehindTheWaitersBack(3, 45);
      assertThat(userfaultfd.zeroPage(guest.address(3), PAGE)).isZero();
      assertThat(other.get()).isEqualTo("45");
    }
  }

  @Test
  void runWithPagesAlreadyThereLosesNone() throws Exception {
    for (int page = 0; page < 8; page++) {
      source.buffer().put(page * PAGE, (byte) (10 + page));
    }
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      fillBehindTheWaitersBack(0, 1);
      fillBehindTheWaitersBack(3, 1);
      fillBehindTheWaitersBack(4, 1);

      long filled = userfaultfd.copy(guest.address(0), source.address(), 8L * PAGE, false);

      List<Integer> stored = new ArrayList<>();
      for (int page = 0; page < 8; page++) {
        stored.add(guest.stored(page));
      }
      assertThat(stored).containsExactly(1, 11, 12, 1, 1, 15, 16, 17);
      assertThat(filled).isEqualTo(5L * PAGE);
    }
  }

  @Test
  void wakeLetsAWaiterTryAgainAndItIsReportedAnew() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(2, 1);
      PageFault first = onlyFault(userfaultfd);

      userfaultfd.wake(guest.address(2), PAGE);

      assertThat(onlyFault(userfaultfd)).isEqualTo(first);
      userfaultfd.zeroPage(guest.address(2), PAGE);
      read.get();
    }
  }

  @Test
  void manyFaultsAreReadInBatchesNoLargerThanTheBatch() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING);
        FaultPoll poll = FaultPoll.open(userfaultfd)) {
      List<CompletableFuture<String>> reads = new ArrayList<>();
      for (int page = 0; page < PAGES; page++) {
        reads.add(guest.read(page, 1));
      }
      Set<Long> seen = new HashSet<>();
      int largest = 0;
      while (seen.size() < PAGES) {
        assertThat(poll.await(WAIT_MILLIS)).isTrue();
        int count = userfaultfd.read(batch);
        largest = Math.max(largest, count);
        for (int i = 0; i < count; i++) {
          assertThat(seen.add(batch.address(i))).isTrue();
        }
      }
      assertThat(largest).isLessThanOrEqualTo(batch.capacity());
      userfaultfd.zeroPage(guest.address(0), guest.lengthBytes());
      for (CompletableFuture<String> read : reads) {
        assertThat(read.get()).isEqualTo("0");
      }
    }
  }

  @Test
  void twoThreadsWaitingForOnePageAreBothReleasedByOneFill() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING);
        FaultPoll poll = FaultPoll.open(userfaultfd)) {
      CompletableFuture<String> one = guest.read(6, 1);
      CompletableFuture<String> two = guest.read(6, 1);
      Set<Integer> threads = new HashSet<>();
      while (threads.size() < 2) {
        assertThat(poll.await(WAIT_MILLIS)).isTrue();
        int count = userfaultfd.read(batch);
        for (int i = 0; i < count; i++) {
          assertThat(batch.address(i)).isEqualTo(guest.address(6));
          threads.add(batch.thread(i));
        }
      }
      source.buffer().put(0, (byte) 3);
      userfaultfd.copy(guest.address(6), source.address(), PAGE, false);

      assertThat(List.of(one.get(), two.get())).containsExactly("3", "3");
    }
  }

  @Test
  void unregisteringReleasesEveryArm() throws Exception {
    guest.write(0, PAGES, 1).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      CompletableFuture<String> waiting = guest.write(1, 1, 2);
      onlyFault(userfaultfd);

      userfaultfd.unregister(guest.address(0), guest.lengthBytes());

      waiting.get();
      guest.write(0, PAGES, 3).get();
      assertThat(userfaultfd.read(batch)).isZero();
    }
  }

  @Test
  void wakeUpEndsTheWaitWithoutFaults() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING);
        FaultPoll poll = FaultPoll.open(userfaultfd)) {
      CompletableFuture<Boolean> faults =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return poll.await(-1);
                } catch (NativeIoException e) {
                  throw new IllegalStateException(e);
                }
              });
      poll.wakeUp();

      assertThat(faults.get(WAIT_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(poll.await(0)).isFalse();
      poll.wakeUp();
      poll.wakeUp();
      assertThat(poll.await(WAIT_MILLIS)).isFalse();
      assertThat(poll.await(QUIET_MILLIS)).isFalse();
    }
  }

  /** Else a garbage collection could stop the guest. Sabotage: box a result on the way. */
  @Test
  void answeringFaultsAllocatesNothing() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT);
        FaultPoll poll = FaultPoll.open(userfaultfd)) {
      answerManyTimes(userfaultfd, poll, 2_000);
      long before = threads.getCurrentThreadAllocatedBytes();
      answerManyTimes(userfaultfd, poll, 20_000);

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
    }
  }

  private void answerManyTimes(Userfaultfd userfaultfd, FaultPoll poll, int times)
      throws NativeIoException {
    for (int i = 0; i < times; i++) {
      poll.await(0);
      for (int fault = userfaultfd.read(batch) - 1; fault >= 0; fault--) {
        userfaultfd.wake(batch.address(fault), PAGE);
      }
      userfaultfd.copy(guest.address(0), source.address(), PAGE, true);
      userfaultfd.zeroPage(guest.address(0), PAGE);
      userfaultfd.writeProtect(guest.address(0), PAGE);
      userfaultfd.writeUnprotect(guest.address(0), PAGE);
    }
  }

  @Test
  void operationsOnMemoryOfAProcessThatHasEndedSaySo() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT)) {
      guest.connection().close();
      guest.process().waitFor();

      assertThatThrownBy(() -> userfaultfd.copy(guest.address(2), source.address(), PAGE, false))
          .isInstanceOfSatisfying(
              NativeIoException.class, e -> assertThat(e.isProcessGone()).isTrue())
          .hasMessage(
              "UFFDIO_COPY of 4096 bytes at 0x%x failed: the process that owns the memory has"
                  + " ended (ESRCH)",
              guest.address(2));
      assertThatThrownBy(() -> userfaultfd.writeProtect(guest.address(2), PAGE))
          .isInstanceOfSatisfying(
              NativeIoException.class, e -> assertThat(e.isProcessGone()).isTrue());
      assertThat(userfaultfd.read(batch)).isZero();
    }
  }

  @Test
  void armingMemoryThatIsNotRegisteredNamesCallAndRange() throws Exception {
    try (Userfaultfd userfaultfd = guest.connection().userfaultfd(Feature.liveSnapshot())) {
      assertThatThrownBy(() -> userfaultfd.writeProtect(guest.address(1), PAGE))
          .isInstanceOf(NativeIoException.class)
          .hasMessage(
              "UFFDIO_WRITEPROTECT of 4096 bytes at 0x%x failed: No such file or directory"
                  + " (ENOENT)",
              guest.address(1));
    }
  }

  @Test
  void secondAdoptionOfTheSameDescriptorIsRefused() throws Exception {
    try (Userfaultfd userfaultfd = guest.connection().userfaultfd(Feature.liveSnapshot())) {
      assertThat(userfaultfd.read(batch)).isZero();
      assertThatThrownBy(() -> guest.connection().userfaultfd(Feature.liveSnapshot()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the userfaultfd is closed or has been given away");
    }
  }

  /** A file write fills the hole without anybody being woken, as another loader would. */
  private void fillBehindTheWaitersBack(int page, int value) throws Exception {
    guest.store(page, value);
  }

  private PageFault onlyFault(Userfaultfd userfaultfd) throws NativeIoException {
    try (FaultPoll poll = FaultPoll.open(userfaultfd)) {
      assertThat(poll.await(WAIT_MILLIS)).isTrue();
    }
    assertThat(userfaultfd.read(batch)).isEqualTo(1);
    return batch.fault(0);
  }
}
