package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.uffd.PageFault.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultBatchTest {

  private static final int MESSAGE = 32;
  private static final byte PAGEFAULT = 0x12;
  private static final byte REMOVE = 0x15;

  @Test
  void decodesWhatTheKernelWrites() throws Exception {
    try (FaultBatch batch = FaultBatch.allocate(4)) {
      put(batch, 0, PAGEFAULT, 0b11, 0x7f12_3456_7000L, 4711);
      put(batch, 1, PAGEFAULT, 0b01, 0x7fff_ffff_e000L, 12);
      put(batch, 2, PAGEFAULT, 0b00, 0x1000, 0);

      assertThat(batch.received(3 * MESSAGE)).isEqualTo(3);
      assertThat(List.of(batch.fault(0), batch.fault(1), batch.fault(2)))
          .containsExactly(
              new PageFault(0x7f12_3456_7000L, Kind.WRITE_PROTECTED, true, 4711),
              new PageFault(0x7fff_ffff_e000L, Kind.MISSING, true, 12),
              new PageFault(0x1000, Kind.MISSING, false, 0));
    }
  }

  @Test
  void addressIsThatOfThePageEvenIfTheKernelTellsTheByte() throws Exception {
    try (FaultBatch batch = FaultBatch.allocate(1)) {
      put(batch, 0, PAGEFAULT, 0, 0x7f12_3456_7abcL, 0);
      batch.received(MESSAGE);

      assertThat(batch.address(0)).isEqualTo(0x7f12_3456_7000L);
    }
  }

  @Test
  void faultBeyondTheCountIsRefusedAlthoughAnEarlierReadLeftOneThere() throws Exception {
    try (FaultBatch batch = FaultBatch.allocate(2)) {
      put(batch, 0, PAGEFAULT, 0, 0x1000, 0);
      put(batch, 1, PAGEFAULT, 0, 0x2000, 0);
      batch.received(2 * MESSAGE);
      batch.received(MESSAGE);

      assertThat(batch.count()).isEqualTo(1);
      assertThatThrownBy(() -> batch.address(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void eventThatIsNoFaultIsNamed() throws Exception {
    try (FaultBatch batch = FaultBatch.allocate(1)) {
      put(batch, 0, REMOVE, 0, 0x1000, 0);

      assertThatThrownBy(() -> batch.received(MESSAGE))
          .isInstanceOf(NativeIoException.class)
          .hasMessage("read of userfaultfd brought event 0x15, which nobody asked for");
    }
  }

  @Test
  void emptyBatchIsRefused() {
    assertThatThrownBy(() -> FaultBatch.allocate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capacity is not positive: 0");
  }

  private static void put(
      FaultBatch batch, int index, byte event, long flags, long address, int thread) {
    int at = index * MESSAGE;
    batch.messages().put(at, event);
    batch.messages().putLong(at + 8, flags);
    batch.messages().putLong(at + 16, address);
    batch.messages().putInt(at + 24, thread);
  }
}
