package dev.marey.machine.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Writes a device state as QEMU does with {@code x-ignore-shared}: guest RAM is listed and has no
 * page. See {@link StateHead} and {@link RamSection} for the layout.
 *
 * <p>Threading: one thread.
 */
final class IgnoreSharedStream {

  private static final String IGNORE_SHARED = "x-ignore-shared";

  private final String machineType;
  private final int ramId;
  private final List<ForeignBlock> blocks;

  /**
   * A stream of one machine.
   *
   * @param ramId number of its ram section
   */
  IgnoreSharedStream(String machineType, int ramId, Collection<ForeignBlock> blocks) {
    this.machineType = machineType;
    this.ramId = ramId;
    this.blocks = List.copyOf(blocks);
  }

  /** All of it, with device sections as they came. */
  byte[] withDevices(byte[] devices) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(StateHead.MAGIC);
    out.writeInt(StateHead.VERSION);
    out.writeByte(SectionType.CONFIGURATION);
    out.writeInt(machineType.length());
    out.writeBytes(machineType);
    out.writeByte(SectionType.SUBSECTION);
    write(out, "configuration/capabilities");
    out.writeInt(1);
    out.writeInt(1);
    write(out, IGNORE_SHARED);
    out.writeByte(SectionType.START);
    out.writeInt(ramId);
    write(out, "ram");
    out.writeInt(0);
    out.writeInt(4);
    out.writeLong(
        blocks.stream().mapToLong(block -> block.lengthBytes()).sum() | RamFlags.MEM_SIZE);
    for (ForeignBlock block : blocks) {
      write(out, block.name());
      out.writeLong(block.lengthBytes());
      out.writeLong(0); // where RAM begins; of other blocks nobody asks
    }
    end(out);
    out.writeByte(SectionType.END);
    out.writeInt(ramId);
    for (ForeignBlock block : blocks) {
      for (Map.Entry<Long, byte[]> page : block.pages().entrySet()) {
        boolean zero = page.getValue() == ForeignBlock.ZEROES;
        out.writeLong(page.getKey() | (zero ? RamFlags.ZERO : RamFlags.PAGE));
        write(out, block.name());
        if (zero) {
          out.writeByte(0);
        } else {
          out.write(page.getValue());
        }
      }
    }
    end(out);
    out.write(devices);
    return bytes.toByteArray();
  }

  private void end(DataOutputStream out) throws IOException {
    out.writeLong(RamFlags.EOS);
    out.writeByte(SectionType.FOOTER);
    out.writeInt(ramId);
  }

  private static void write(DataOutputStream out, String name) throws IOException {
    out.writeByte(name.length());
    out.writeBytes(name);
  }
}
