package dev.marey.machine.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Everything of a stream before its first device section: header, configuration and the small RAM
 * blocks as they were at one instant. See {@link StateHead} and {@link RamSection} for the layout.
 * Immutable.
 */
public final class StatePrefix {

  private static final int FIRST_GUESS_BYTES = 1 << 19;

  /** Up to the end of the list of blocks. */
  private final ByteBuffer beginning;

  private final int ramId;
  private final List<RamBlock> blocks;

  private StatePrefix(ByteBuffer beginning, int ramId, List<RamBlock> blocks) {
    this.beginning = beginning;
    this.ramId = ramId;
    this.blocks = blocks;
  }

  /** Whether a page has to be written. */
  @FunctionalInterface
  private interface Pages {
    boolean include(RamBlock block, long offset);
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

  /**
   * As QEMU writes it, with all pages: a QEMU that has run before keeps those that are left out.
   */
  ByteBuffer bytes() {
    return bytes((block, offset) -> true);
  }

  /**
   * The same for a QEMU whose small RAM blocks are as in {@code present}: with the pages that are
   * others there.
   */
  ByteBuffer bytesFor(StatePrefix present) {
    Map<String, RamBlock> there = new HashMap<>();
    present.blocks.forEach(block -> there.put(block.name(), block));
    return bytes(
        (block, offset) -> {
          RamBlock other = there.get(block.name());
          return other == null
              || other.lengthBytes() != block.lengthBytes()
              || !Objects.equals(block.filledPage(offset), other.filledPage(offset));
        });
  }

  private ByteBuffer bytes(Pages pages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_GUESS_BYTES);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, beginning);
      out.writeByte(SectionType.END);
      out.writeInt(ramId);
      for (RamBlock block : blocks) {
        if (!block.ignored()) {
          writePages(block, pages, out);
        }
      }
      out.writeLong(RamFlags.EOS);
      out.writeByte(SectionType.FOOTER);
      out.writeInt(ramId);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static void writePages(RamBlock block, Pages pages, DataOutputStream out)
      throws IOException {
    boolean named = false;
    for (long offset = 0; offset < block.lengthBytes(); offset += RamBlock.PAGE_BYTES) {
      if (!pages.include(block, offset)) {
        continue;
      }
      ByteBuffer page = block.filledPage(offset);
      int kind = page == null ? RamFlags.ZERO : RamFlags.PAGE;
      out.writeLong(offset | kind | (named ? RamFlags.CONTINUE : 0));
      if (!named) {
        out.writeByte(block.name().length());
        out.writeBytes(block.name());
        named = true;
      }
      if (page == null) {
        out.writeByte(0);
      } else {
        write(out, page);
      }
    }
  }

  private static void write(DataOutputStream out, ByteBuffer content) throws IOException {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    out.write(bytes);
  }
}
