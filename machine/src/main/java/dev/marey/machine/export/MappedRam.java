package dev.marey.machine.export;

import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.RamBlock;
import dev.marey.machine.state.StateDescription;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * The file that QEMU from version 9 on writes and loads with the capability {@code mapped-ram}
 * (QEMU, docs/devel/migration/mapped-ram.rst): a page has one place in it, pages of zeroes are
 * holes.
 *
 * <pre>
 * "QEVM" be32 3   07 machine type, 05 configuration/capabilities: mapped-ram
 * 01 ram: be64 sum of lengths | 4, then per block
 *     u8 n, name, be64 length
 *     be32 1, be64 4096, be64 where the bitmap is, be64 where the pages are
 *     bitmap: a bit per page that is there, in little-endian words of 64 bits
 *     pages, from the next whole MiB on, each at its offset in the block
 *   be64 0x10 7e
 * 03 ram: be64 0x10 7e     device sections, description
 * </pre>
 */
public final class MappedRam {

  private static final int HEADER_BYTES = Integer.BYTES + 3 * Long.BYTES;
  private static final long PAGES_ALIGNMENT = 1 << 20;
  private static final int VERSION = 1;

  private final StreamFrame frame;
  private final RamPages ram;
  private final ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
  private long at;

  /** See {@link MigrationStream}. */
  public MappedRam(
      DeviceState state, Optional<StateDescription> known, boolean running, RamPages ram)
      throws MachineException {
    this.ram = ram;
    this.frame = new StreamFrame(state, known, running, ram);
  }

  /** QEMU's versioned name of the machine, which the receiver must have too. */
  public String machineType() {
    return frame.machineType();
  }

  /** Writes all of it into an empty file. */
  public void writeTo(FileChannel file) throws IOException {
    at = 0;
    append(file, out -> frame.writeHead(out, List.of("mapped-ram")));
    for (RamBlock block : frame.blocks()) {
      append(file, out -> frame.writeBlock(out, block));
      writePages(file, block);
    }
    append(file, frame::beginPages);
    append(file, frame::writeTail);
  }

  private interface Part {
    void write(DataOutputStream out) throws IOException;
  }

  private void append(FileChannel file, Part part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    part.write(new DataOutputStream(bytes));
    SparseRam.writeAt(file, at, ByteBuffer.wrap(bytes.toByteArray()));
    at += bytes.size();
  }

  private void writePages(FileChannel file, RamBlock block) throws IOException {
    int pages = (int) (block.lengthBytes() / PageNumber.PAGE_BYTES);
    ByteBuffer bitmap =
        ByteBuffer.allocate((pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    long bitmapAt = at + HEADER_BYTES;
    long pagesAt =
        (bitmapAt + bitmap.capacity() + PAGES_ALIGNMENT - 1) / PAGES_ALIGNMENT * PAGES_ALIGNMENT;
    for (int i = 0; i < pages; i++) {
      long offset = (long) i * PageNumber.PAGE_BYTES;
      if (frame.read(block, offset, ram, page)) {
        SparseRam.writeAt(file, pagesAt + offset, page.clear());
        int word = i / Long.SIZE * Long.BYTES;
        bitmap.putLong(word, bitmap.getLong(word) | 1L << i % Long.SIZE);
      }
    }
    append(
        file,
        out -> {
          out.writeInt(VERSION);
          out.writeLong(PageNumber.PAGE_BYTES);
          out.writeLong(bitmapAt);
          out.writeLong(pagesAt);
        });
    SparseRam.writeAt(file, bitmapAt, bitmap);
    at = pagesAt + block.lengthBytes();
  }
}
