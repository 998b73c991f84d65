package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static dev.marey.uffd.RegisterMode.WRITE_PROTECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.uffd.PageFault.Kind;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Arming through a real userfaultfd; the test is the handler of another process. */
@Timeout(60)
final class UserfaultfdKernelTest extends GuestMemoryTest {

  @Test
  void writeToAnArmedPageWaitsUntilThePageIsSavedAndReleased() throws Exception {
    guest.write(3, 1, 11).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      CompletableFuture<String> write = guest.write(3, 1, 22);

      PageFault fault = GuestMemory.onlyFault(userfaultfd);
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

      assertThat(GuestMemory.onlyFault(userfaultfd).kind()).isEqualTo(Kind.WRITE_PROTECTED);
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
      assertThat(GuestMemory.onlyFault(userfaultfd).address()).isEqualTo(guest.address(5));
      userfaultfd.writeUnprotect(guest.address(5), PAGE);
      neighbour.get();
    }
  }

  @Test
  void unregisteringReleasesEveryArm() throws Exception {
    guest.write(0, PAGES, 1).get();
    try (Userfaultfd userfaultfd = guest.register(WRITE_PROTECT)) {
      userfaultfd.writeProtect(guest.address(0), guest.lengthBytes());
      CompletableFuture<String> waiting = guest.write(1, 1, 2);
      GuestMemory.onlyFault(userfaultfd);

      userfaultfd.unregister(guest.address(0), guest.lengthBytes());

      waiting.get();
      guest.write(0, PAGES, 3).get();
      assertThat(userfaultfd.read(batch)).isZero();
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
}
