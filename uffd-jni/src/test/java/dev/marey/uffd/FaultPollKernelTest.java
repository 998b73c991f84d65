package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static dev.marey.uffd.RegisterMode.WRITE_PROTECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a handler waits for the faults of another process and reads them. */
@Timeout(60)
final class FaultPollKernelTest extends GuestMemoryTest {

  private static final int WAIT_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 100;

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
  void pollOfADescriptorThatTheKernelRefusesToPollSaysSo() throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING);
        FaultPoll poll = FaultPoll.open(userfaultfd)) {
      guest.breakUserfaultfd().get();
      // POLLERR
      assertThatThrownBy(() -> poll.await(WAIT_MILLIS))
          .isInstanceOf(NativeIoException.class)
          .hasMessage("poll of userfaultfd reports 0x8: the descriptor is broken");
    }
  }
}
