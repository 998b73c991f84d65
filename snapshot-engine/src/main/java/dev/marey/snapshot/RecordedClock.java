package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateSplice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * QEMU's virtual clock as a device state records it: how long the guest has been running. It is in
 * the first device section (QEMU: {@code vmstate_timers} in softmmu/cpu-timers.c):
 *
 * <pre>
 * 04 | section id u32 | 05 "timer" | instance u32 | version u32 |
 *    cpu_ticks_offset i64 | unused 8 | cpu_clock_offset i64, nanoseconds
 * </pre>
 */
final class RecordedClock {

  private static final byte[] NAME = "\005timer".getBytes(StandardCharsets.US_ASCII);
  private static final int NAME_AT = 1 + 4;
  private static final int CLOCK_AT = NAME_AT + NAME.length + 4 + 4 + 8 + 8;

  private RecordedClock() {}

  /** The clock in {@code state}, or zero if it isn't where QEMU puts it. */
  static Duration read(DeviceState state) {
    try {
      int section = StateSplice.of(state).prefixLengthBytes();
      ByteBuffer bytes = state.buffer();
      for (int i = 0; i < NAME.length; i++) {
        if (bytes.get(section + NAME_AT + i) != NAME[i]) {
          return Duration.ZERO;
        }
      }
      return Duration.ofNanos(bytes.getLong(section + CLOCK_AT));
    } catch (StateFormatException | IndexOutOfBoundsException e) {
      return Duration.ZERO;
    }
  }
}
