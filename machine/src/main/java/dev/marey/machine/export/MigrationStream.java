package dev.marey.machine.export;

import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.RamBlock;
import dev.marey.machine.state.RamFlags;
import dev.marey.machine.state.StateDescription;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A migration stream with all RAM, as {@code migrate "exec:cat >FILE"} of a stock QEMU writes it
 * and {@code -incoming "exec:cat FILE"} loads it.
 *
 * <pre>
 * "QEVM" be32 3   07 machine type
 * 01 ram: be64 sum of lengths | 4, per block u8 n, name, be64 length, be64 0x10     7e
 * 03 ram: per page be64 offset | 8, u8 n, name, 4096 bytes
 *              or  be64 offset | 2, u8 n, name, 00            zeroes
 *              with 0x20 and without the name in the block of the page before, be64 0x10   7e
 * device sections, description, as they were saved
 * </pre>
 */
public final class MigrationStream {

  private static final int BUFFER_BYTES = 1 << 18;

  private final StreamFrame frame;
  private final RamPages ram;

  /**
   * A stream of one instant.
   *
   * @param known description of the state if it carries none
   * @param running whether a QEMU that loads it is to run on by itself
   * @throws MachineException if the state cannot be taken apart
   */
  public MigrationStream(
      DeviceState state, Optional<StateDescription> known, boolean running, RamPages ram)
      throws MachineException {
    this.ram = ram;
    this.frame = new StreamFrame(state, known, running, ram);
  }

  /** QEMU's versioned name of the machine, which the receiver must have too. */
  public String machineType() {
    return frame.machineType();
  }

  /** Writes all of it; closes nothing. */
  public void writeTo(OutputStream file) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file, BUFFER_BYTES));
    frame.writeHead(out, List.of());
    for (RamBlock block : frame.blocks()) {
      frame.writeBlock(out, block);
    }
    frame.beginPages(out);
    byte[] page = new byte[PageNumber.PAGE_BYTES];
    ByteBuffer content = ByteBuffer.wrap(page);
    for (RamBlock block : frame.blocks()) {
      int flags = 0;
      for (long at = 0; at < block.lengthBytes(); at += PageNumber.PAGE_BYTES) {
        boolean filled = frame.read(block, at, ram, content);
        out.writeLong(at | (filled ? RamFlags.PAGE : RamFlags.ZERO) | flags);
        if (flags == 0) {
          StreamFrame.name(out, block.name());
        }
        if (filled) {
          out.write(page);
        } else {
          out.writeByte(0);
        }
        flags = RamFlags.CONTINUE;
      }
    }
    frame.writeTail(out);
    out.flush();
  }
}
