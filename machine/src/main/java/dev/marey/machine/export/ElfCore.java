package dev.marey.machine.export;

import dev.marey.machine.RamLayout;
import dev.marey.machine.state.StateTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * An ELF core of a guest by physical addresses, as QEMU's {@code dump-guest-memory} writes it
 * without paging; {@code gdb} and {@code crash} read it.
 *
 * <pre>
 * ELF header   ELFCLASS64 and EM_X86_64 in long mode, else ELFCLASS32 and EM_386; ET_CORE
 * program headers   PT_NOTE, then a PT_LOAD for each run of RAM: p_paddr = p_vaddr = its address
 * notes        see {@code CpuNotes}
 * RAM          from the next whole page on, a sparse {@link SparseRam}
 * </pre>
 *
 * RAM behind the window of a PC's VGA (0xa0000 to 0xbffff) is in no PT_LOAD: the guest does not see
 * it there.
 */
public final class ElfCore {

  private static final long VGA_BEGIN = 0xa0000;
  private static final long VGA_END = 0xc0000;
  private static final long PAGE = 4096;

  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final short ET_CORE = 4;
  private static final short EM_386 = 3;
  private static final short EM_X86_64 = 62;

  private final RamPages ram;
  private final List<RamLayout.Range> runs;
  private final ByteBuffer notes;
  private final boolean wide;

  /** A core of one instant. */
  public ElfCore(StateTree state, RamLayout layout, RamPages ram) {
    CpuNotes cpus = new CpuNotes(state);
    this.ram = ram;
    this.runs = runs(layout);
    RamLayout.Range last = runs.get(runs.size() - 1);
    this.wide = cpus.longMode() || last.address().value() + last.lengthBytes() > 0xffff_ffffL;
    this.notes = cpus.write(wide);
  }

  private static List<RamLayout.Range> runs(RamLayout layout) {
    List<RamLayout.Range> runs = new ArrayList<>();
    for (RamLayout.Range range : layout.ranges()) {
      long begin = range.address().value();
      long end = begin + range.lengthBytes();
      if (begin < VGA_BEGIN && end > VGA_END) {
        runs.add(new RamLayout.Range(range.address(), range.offsetBytes(), VGA_BEGIN - begin));
        runs.add(
            new RamLayout.Range(
                range.address().plus(VGA_END - begin),
                range.offsetBytes() + VGA_END - begin,
                end - VGA_END));
      } else {
        runs.add(range);
      }
    }
    return List.copyOf(runs);
  }

  /** Writes all of it into an empty file. */
  public void writeTo(FileChannel file) throws IOException {
    int headerBytes = wide ? 64 : 52;
    int programBytes = wide ? 56 : 32;
    long notesAt = headerBytes + (long) programBytes * (1 + runs.size());
    long ramAt = (notesAt + notes.remaining() + PAGE - 1) / PAGE * PAGE;
    ByteBuffer head = ByteBuffer.allocate((int) notesAt).order(ByteOrder.LITTLE_ENDIAN);
    header(head, headerBytes, programBytes);
    program(head, PT_NOTE, notesAt, 0, notes.remaining());
    for (RamLayout.Range run : runs) {
      program(head, PT_LOAD, ramAt + run.offsetBytes(), run.address().value(), run.lengthBytes());
    }
    SparseRam.writeAt(file, 0, head.flip());
    SparseRam.writeAt(file, notesAt, notes.duplicate());
    SparseRam.write(file, ramAt, ram);
  }

  private void header(ByteBuffer out, int headerBytes, int programBytes) {
    out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1}).position(16);
    out.putShort(ET_CORE).putShort(wide ? EM_X86_64 : EM_386).putInt(1);
    address(out, 0); // entry
    address(out, headerBytes);
    address(out, 0); // no sections
    out.putInt(0);
    out.putShort((short) headerBytes).putShort((short) programBytes);
    out.putShort((short) (1 + runs.size()));
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
  }

  private void program(ByteBuffer out, int type, long offset, long address, long length) {
    out.putInt(type);
    if (wide) {
      out.putInt(0); // flags
    }
    address(out, offset);
    address(out, address);
    address(out, address);
    address(out, length);
    address(out, length);
    if (!wide) {
      out.putInt(0); // flags
    }
    address(out, 0); // alignment
  }

  private void address(ByteBuffer out, long value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }
}
