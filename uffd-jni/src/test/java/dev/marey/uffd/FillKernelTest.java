package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static dev.marey.uffd.RegisterMode.WRITE_PROTECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.uffd.PageFault.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Missing pages of another process, filled through a real userfaultfd. */
@Timeout(60)
final class FillKernelTest extends GuestMemoryTest {

  private static final int WAIT_MILLIS = 20_000;

  @Test
  void touchOfAHoleWaitsUntilItIsFilled() throws Exception {
    source.buffer().put(0, (byte) 77);
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(2, 1);

      PageFault fault = GuestMemory.onlyFault(userfaultfd);
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
      GuestMemory.onlyFault(userfaultfd);
      userfaultfd.copy(guest.address(2), source.address(), PAGE, true);
      assertThat(read.get()).isEqualTo("5");

      CompletableFuture<String> write = guest.write(2, 1, 6);
      assertThat(GuestMemory.onlyFault(userfaultfd).kind()).isEqualTo(Kind.WRITE_PROTECTED);
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

      PageFault first = GuestMemory.onlyFault(userfaultfd);
      userfaultfd.copy(guest.address(2), source.address(), PAGE, true);
      PageFault second = GuestMemory.onlyFault(userfaultfd);
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
      GuestMemory.onlyFault(userfaultfd);

      assertThat(userfaultfd.zeroPage(guest.address(7), PAGE)).isEqualTo(PAGE);
      assertThat(read.get()).isEqualTo("0");
    }
  }

  @Test
  void fillOfAPageThatIsThereKeepsItAndWakesItsWaiters() throws Exception {
    source.buffer().put(0, (byte) 1);
    try (Userfaultfd userfaultfd = guest.register(MISSING)) {
      CompletableFuture<String> read = guest.read(2, 1);
      GuestMemory.onlyFault(userfaultfd);
      guest.store(2, 44);

      assertThat(userfaultfd.copy(guest.address(2), source.address(), PAGE, false)).isZero();
      assertThat(read.get()).isEqualTo("44");

      CompletableFuture<String> other = guest.read(3, 1);
      GuestMemory.onlyFault(userfaultfd);
      guest.store(3, 45);
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
      guest.store(0, 1);
      guest.store(3, 1);
      guest.store(4, 1);

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
      PageFault first = GuestMemory.onlyFault(userfaultfd);

      userfaultfd.wake(guest.address(2), PAGE);

      assertThat(GuestMemory.onlyFault(userfaultfd)).isEqualTo(first);
      userfaultfd.zeroPage(guest.address(2), PAGE);
      read.get();
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
}
