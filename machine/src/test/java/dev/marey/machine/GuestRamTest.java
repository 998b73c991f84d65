package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

final class GuestRamTest {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  private static Pointer pages(int count, int value) {
    Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), count * PAGE);
    memory.setMemory(0, (long) count * PAGE, (byte) value);
    return memory;
  }

  @Test
  void freshRamIsOneHole() throws MachineException {
    try (GuestRam ram = GuestRam.create(16 * PAGE)) {
      assertThat(ram.pageCount()).isEqualTo(16);
      assertThat(ram.data()).isEmpty();
    }
  }

  @Test
  void writtenPagesAreReadBackAndAreData() throws MachineException {
    try (GuestRam ram = GuestRam.create(16 * PAGE)) {
      Pointer two = pages(2, 0x5a);
      ram.write(3, 2, two.address());
      ram.write(15, 1, two.address());
      Pointer back = pages(2, 0);
      ram.readInto(3, 2, back.address());
      assertThat(back.getByte(2 * PAGE - 1)).isEqualTo((byte) 0x5a);
      assertThat(ram.data()).containsExactly(PageSpan.of(3, 2), PageSpan.of(15, 1));
    }
  }

  @Test
  void readingAHoleGivesZeroesAndLeavesTheHole() throws MachineException {
    try (GuestRam ram = GuestRam.create(16 * PAGE)) {
      Pointer back = pages(1, 0x77);
      ram.readInto(7, 1, back.address());
      assertThat(back.getByte(0)).isZero();
      assertThat(ram.data()).isEmpty();
    }
  }

  @Test
  void punchedPagesAreHolesAgain() throws MachineException {
    try (GuestRam ram = GuestRam.create(16 * PAGE)) {
      Pointer four = pages(4, 1);
      ram.write(0, 4, four.address());
      ram.punch(PageSpan.of(1, 2));
      assertThat(ram.data()).containsExactly(PageSpan.of(0, 1), PageSpan.of(3, 1));
    }
  }

  @Test
  void aPageIsReadIntoHeapAndDirectBuffersAtTheirPosition() throws MachineException {
    try (GuestRam ram = GuestRam.create(4 * PAGE)) {
      Pointer one = pages(1, 0x42);
      ram.write(2, 1, one.address());
      byte[] expected = new byte[2 * PAGE];
      Arrays.fill(expected, PAGE, 2 * PAGE, (byte) 0x42);
      for (ByteBuffer buffer :
          new ByteBuffer[] {ByteBuffer.allocate(2 * PAGE), ByteBuffer.allocateDirect(2 * PAGE)}) {
        buffer.position(PAGE);
        ram.read(new PageNumber(2), buffer);
        assertThat(buffer.position()).isEqualTo(2 * PAGE);
        byte[] bytes = new byte[2 * PAGE];
        buffer.flip().get(bytes);
        assertThat(bytes).isEqualTo(expected);
      }
    }
  }

  @Test
  void pagesOutsideAreRefusedByName() throws MachineException {
    try (GuestRam ram = GuestRam.create(4 * PAGE)) {
      assertThatThrownBy(() -> ram.punch(PageSpan.of(3, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("pages 3 + 2 are not in RAM of 4 pages");
    }
  }

  @Test
  void aClosedRamRefusesToBeRead() throws MachineException {
    GuestRam ram = GuestRam.create(4 * PAGE);
    ram.close();
    ram.close();
    assertThatThrownBy(() -> ram.readInto(0, 1, 0)).isInstanceOf(IllegalStateException.class);
  }
}
