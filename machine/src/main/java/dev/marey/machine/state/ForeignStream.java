package dev.marey.machine.state;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a migration stream that a stock QEMU has written, {@code migrate "exec:cat >FILE"} or a
 * {@code background-snapshot}: pages of guest RAM are handed on as they come, everything else
 * becomes a {@link DeviceState} as Marey takes it itself, with {@code x-ignore-shared}. See {@link
 * StateHead} and {@link RamSection} for the layout.
 *
 * <p>Threading: one thread.
 */
public final class ForeignStream {

  private static final long MOST_DEVICE_BYTES = 256L << 20;

  /** Gets pages of guest RAM; a later one for the same number replaces the earlier. */
  @FunctionalInterface
  public interface Pages {

    /**
     * Takes a page.
     *
     * @param page index from the start of guest RAM
     * @param content 4,096 bytes, only during the call
     */
    void page(int page, ByteBuffer content) throws IOException;
  }

  private final DataInputStream in;
  private final PushbackInputStream pushback;
  private final long ramBytes;
  private final Pages sink;
  private final Map<String, ForeignBlock> blocks = new LinkedHashMap<>();
  private String machineType = "";
  private int ramId = -1;
  private @Nullable ForeignBlock last;
  private long at;

  private ForeignStream(InputStream stream, long ramBytes, Pages sink) {
    this.pushback = new PushbackInputStream(stream);
    this.in = new DataInputStream(pushback);
    this.ramBytes = ramBytes;
    this.sink = sink;
  }

  /**
   * Reads all of it; closes nothing.
   *
   * @param ramBytes size of the guest's RAM
   * @throws StateFormatException naming what is in the way
   * @throws IOException if the stream cannot be read, or the pages were refused
   */
  public static DeviceState read(InputStream stream, long ramBytes, Pages pages)
      throws IOException, StateFormatException {
    ForeignStream foreign = new ForeignStream(stream, ramBytes, pages);
    try {
      return foreign.read();
    } catch (EOFException e) {
      throw new StateFormatException(
          foreign.at, "the stream ends too early; it was cut off or is no migration stream");
    }
  }

  private DeviceState read() throws IOException, StateFormatException {
    if (in.readInt() != StateHead.MAGIC || in.readInt() != StateHead.VERSION) {
      throw failure("expected QEMU's migration stream (QEVM, version 3)");
    }
    at = StateHead.MAGIC_BYTES;
    int type = next();
    if (type == SectionType.CONFIGURATION) {
      configuration();
      type = next();
    }
    while (type != SectionType.FULL && type != SectionType.EOF) {
      section(type);
      type = next();
    }
    pushback.unread(type);
    byte[] devices = pushback.readNBytes((int) MOST_DEVICE_BYTES);
    return DeviceState.owning(
        new IgnoreSharedStream(machineType, ramId, blocks.values()).withDevices(devices));
  }

  private int next() throws IOException {
    at++;
    return in.readUnsignedByte();
  }

  private void configuration() throws IOException, StateFormatException {
    machineType = text(in.readInt());
    int type = next();
    while (type == SectionType.SUBSECTION) {
      String name = name();
      in.readInt();
      switch (name) {
        case "configuration/capabilities" -> capabilities();
        case "configuration/target-page-bits" -> {
          if (in.readInt() != 12) {
            throw failure("expected pages of 4,096 bytes");
          }
        }
        case "configuration/uuid" -> in.skipNBytes(16);
        default -> throw failure("the configuration has a part that is not known: " + name);
      }
      type = next();
    }
    pushback.unread(type);
    at--;
  }

  private void capabilities() throws IOException, StateFormatException {
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String capability = name();
      if (!capability.equals("background-snapshot")) {
        throw failure(
            "it was made with the migration capability "
                + capability
                + ", which is not read; make it without");
      }
    }
  }

  private void section(int type) throws IOException, StateFormatException {
    switch (type) {
      case SectionType.COMMAND -> {
        in.readUnsignedShort();
        in.skipNBytes(in.readUnsignedShort());
      }
      case SectionType.START -> {
        int id = in.readInt();
        String name = name();
        in.readInt();
        int version = in.readInt();
        if (!name.equals("ram") || version != 4) {
          throw failure(
              "expected the live section ram of version 4, found %s of version %d"
                  .formatted(name, version));
        }
        ramId = id;
        entries();
      }
      case SectionType.PART, SectionType.END -> {
        if (in.readInt() != ramId) {
          throw failure("expected a part of the ram section");
        }
        entries();
      }
      default -> throw failure("expected a section, found byte 0x%02x".formatted(type));
    }
    if (type != SectionType.COMMAND && (next() != SectionType.FOOTER || in.readInt() != ramId)) {
      throw failure("expected the footer of the ram section");
    }
  }

  private void entries() throws IOException, StateFormatException {
    byte[] page = new byte[RamBlock.PAGE_BYTES];
    while (true) {
      long entry = in.readLong();
      at += Long.BYTES;
      long address = entry & ~RamFlags.MASK;
      int flags = (int) (entry & RamFlags.MASK);
      switch (flags & ~RamFlags.CONTINUE) {
        case RamFlags.EOS -> {
          return;
        }
        case RamFlags.MULTIFD_FLUSH -> {}
        case RamFlags.MEM_SIZE -> listBlocks(address);
        case RamFlags.ZERO -> {
          ForeignBlock block = block(flags, address);
          if (in.readUnsignedByte() != 0) {
            throw failure("expected a page of zeroes");
          }
          take(block, address, ForeignBlock.ZEROES);
        }
        case RamFlags.PAGE -> {
          ForeignBlock block = block(flags, address);
          in.readFully(page);
          at += page.length;
          take(block, address, page);
        }
        default ->
            throw failure(
                "a page is written in a way that is not read (flags 0x%x); make the stream without"
                        .formatted(flags)
                    + " compression and postcopy");
      }
    }
  }

  private void take(ForeignBlock block, long offset, byte[] content) throws IOException {
    if (block.lengthBytes() == ramBytes) {
      sink.page((int) (offset / RamBlock.PAGE_BYTES), ByteBuffer.wrap(content));
    } else {
      block.put(offset, content);
    }
  }

  private void listBlocks(long totalBytes) throws IOException, StateFormatException {
    long left = totalBytes;
    while (left > 0) {
      String name = name();
      long length = in.readLong();
      at += Long.BYTES;
      if (length <= 0 || length > left || length % RamBlock.PAGE_BYTES != 0) {
        throw failure("expected a RAM block of whole pages, found %d bytes".formatted(length));
      }
      blocks.put(name, new ForeignBlock(name, length));
      left -= length;
    }
    long matching = blocks.values().stream().filter(b -> b.lengthBytes() == ramBytes).count();
    if (matching != 1) {
      long largest = blocks.values().stream().mapToLong(b -> b.lengthBytes()).max().orElse(0);
      throw failure(
          "its guest has %d MiB of memory, the command line gives it %d MiB; give the same -m"
              .formatted(largest >> 20, ramBytes >> 20));
    }
  }

  private ForeignBlock block(int flags, long address) throws IOException, StateFormatException {
    ForeignBlock block = last;
    if ((flags & RamFlags.CONTINUE) == 0) {
      block = blocks.get(name());
    }
    if (block == null || address < 0 || address > block.lengthBytes() - RamBlock.PAGE_BYTES) {
      throw failure("expected a page of a listed RAM block");
    }
    last = block;
    return block;
  }

  private String name() throws IOException {
    return text(next());
  }

  private String text(int length) throws IOException {
    byte[] bytes = in.readNBytes(Math.max(0, Math.min(length, 1 << 16)));
    if (bytes.length != length) {
      throw new EOFException();
    }
    at += length;
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private StateFormatException failure(String what) {
    return new StateFormatException(at, what);
  }
}
