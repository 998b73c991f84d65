package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Everything of a stream before its first device section: header, configuration and the small RAM
 * blocks as they were at one instant. See {@link StateHead} and {@link RamSection} for the layout.
 * Immutable.
 */
public final class StatePrefix {

  private static final int ENTRY_BYTES = Long.BYTES;
  private static final int FOOTER_BYTES = 1 + Integer.BYTES;

  /** Up to the end of the list of blocks. */
  private final ByteBuffer beginning;

  private final int ramId;
  private final List<RamBlock> blocks;

  private StatePrefix(ByteBuffer beginning, int ramId, List<RamBlock> blocks) {
    this.beginning = beginning;
    this.ramId = ramId;
    this.blocks = blocks;
  }

  /**
   * That of a complete stream.
   *
   * @throws StateFormatException if it is none
   */
  public static StatePrefix of(DeviceState complete) throws StateFormatException {
    StateHead head = StateHead.read(new StateCursor(complete.buffer()));
    return new StatePrefix(
        complete.buffer().slice(0, head.listEndBytes()),
        (int) head.ramId(),
        List.copyOf(head.blocks()));
  }

  /** All RAM blocks; those that are shared have no pages. */
  public List<RamBlock> blocks() {
    return blocks;
  }

  /**
   * The same with other content in some pages.
   *
   * @param changed per name of a block, pages of 4,096 bytes by their offset; not to be changed
   *     afterwards
   */
  public StatePrefix with(Map<String, SortedMap<Long, ByteBuffer>> changed) {
    if (changed.isEmpty()) {
      return this;
    }
    List<RamBlock> next = new ArrayList<>();
    for (RamBlock block : blocks) {
      SortedMap<Long, ByteBuffer> pages = changed.get(block.name());
      next.add(pages == null ? block : block.with(pages));
    }
    return new StatePrefix(beginning, ramId, List.copyOf(next));
  }

  int lengthBytes() {
    int length = beginning.remaining() + 1 + Integer.BYTES + ENTRY_BYTES + FOOTER_BYTES;
    for (RamBlock block : blocks) {
      if (!block.ignored()) {
        int pages = (int) (block.lengthBytes() / RamBlock.PAGE_BYTES);
        int filled = block.filledPages().size();
        length += 1 + block.name().length();
        length += pages * ENTRY_BYTES + filled * RamBlock.PAGE_BYTES + (pages - filled);
      }
    }
    return length;
  }

  /** As QEMU writes it, at the buffer's position. */
  void writeTo(ByteBuffer out) {
    out.put(beginning.duplicate());
    out.put((byte) SectionType.END).putInt(ramId);
    for (RamBlock block : blocks) {
      if (!block.ignored()) {
        writePages(block, out);
      }
    }
    out.putLong(RamFlags.EOS).put((byte) SectionType.FOOTER).putInt(ramId);
  }

  /** All of them: a QEMU that has run before keeps those that are left out. */
  private static void writePages(RamBlock block, ByteBuffer out) {
    for (long offset = 0; offset < block.lengthBytes(); offset += RamBlock.PAGE_BYTES) {
      ByteBuffer page = block.filledPage(offset);
      int flags = page == null ? RamFlags.ZERO : RamFlags.PAGE;
      out.putLong(offset | flags | (offset == 0 ? 0 : RamFlags.CONTINUE));
      if (offset == 0) {
        out.put((byte) block.name().length());
        out.put(block.name().getBytes(StandardCharsets.ISO_8859_1));
      }
      if (page == null) {
        out.put((byte) 0);
      } else {
        out.put(page);
      }
    }
  }
}
