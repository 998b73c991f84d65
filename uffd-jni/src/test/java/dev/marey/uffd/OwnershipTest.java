package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OwnershipTest {

  @Test
  void nativeMemoryIsZeroedAndPageAligned() throws Exception {
    try (NativeMemory memory = NativeMemory.allocate(3 * 4096)) {
      assertThat(memory.address() % 4096).isZero();
      assertThat(memory.buffer().capacity()).isEqualTo(3 * 4096);
      assertThat(memory.buffer().order()).isEqualTo(ByteOrder.nativeOrder());
      assertThat(memory.buffer().getLong(3 * 4096 - 8)).isZero();
    }
  }

  @Test
  void nativeMemoryGivesNothingOutAfterItsEnd() throws Exception {
    NativeMemory memory = NativeMemory.allocate(1);
    memory.close();
    memory.close();

    assertThatThrownBy(memory::buffer).hasMessage("the native memory is closed");
    assertThatThrownBy(memory::address).hasMessage("the native memory is closed");
  }

  @Test
  void nativeMemoryOfNoBytesIsRefused() {
    assertThatThrownBy(() -> NativeMemory.allocate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lengthBytes is not positive: 0");
  }

  @Test
  void descriptorGivenAwayIsNotGivenAgain() {
    OwnedFd fd = new OwnedFd("the userfaultfd", 1_000_000);

    assertThat(fd.giveAway()).isEqualTo(1_000_000);
    assertThatThrownBy(fd::giveAway).hasMessage("the userfaultfd is closed or has been given away");
    assertThatThrownBy(fd::number).hasMessage("the userfaultfd is closed or has been given away");
    fd.close();
  }

  @Test
  void negativeDescriptorIsRefused() {
    assertThatThrownBy(() -> new OwnedFd("the eventfd", -9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("number of the eventfd is negative: -9");
  }

  @Test
  void whatIsNoUserfaultfdIsNotAdopted() {
    assertThatThrownBy(() -> Userfaultfd.adopt(1_000_000, Feature.liveSnapshot()))
        .isInstanceOf(NativeIoException.class)
        .hasMessage("fcntl(F_SETFL) of userfaultfd failed: Bad file descriptor (EBADF)");
  }

  @Test
  void expectedProcessNeedsTheWholePathOfItsProgram() {
    assertThatThrownBy(() -> new ExpectedProcess(1, Path.of("qemu-system-x86_64")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("executable is not an absolute path: qemu-system-x86_64");
  }
}
