package dev.marey.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Program headers of an ELF file, whoever wrote it. */
final class ElfFile {

  static final int LOAD = 1;
  static final int NOTE = 4;

  private static final int MOST_HEADERS = 4096;

  private final Path file;
  private final ByteBuffer all;

  /** A program header. */
  record Program(int type, long offset, long physical, long fileBytes) {

    /** A PC has its firmware right below 4 GiB. */
    boolean isRom() {
      return physical >= 0xf000_0000L && physical < 1L << 32;
    }
  }

  ElfFile(Path file) throws IOException {
    this.file = file;
    this.all = read(0, (int) Math.min(MOST_HEADERS, Files.size(file)));
  }

  private ByteBuffer read(long offset, int bytes) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      while (content.hasRemaining() && channel.read(content, offset + content.position()) >= 0) {}
    }
    return content.flip();
  }

  List<Program> programs(int type) {
    boolean wide = all.get(4) == 2;
    int at = (int) (wide ? all.getLong(32) : all.getInt(28));
    int size = all.getShort(wide ? 54 : 42);
    int count = all.getShort(wide ? 56 : 44);
    List<Program> found = new ArrayList<>();
    for (int i = 0; i < count; i++, at += size) {
      if (all.getInt(at) == type) {
        found.add(
            wide
                ? new Program(type, all.getLong(at + 8), all.getLong(at + 24), all.getLong(at + 32))
                : new Program(
                    type,
                    Integer.toUnsignedLong(all.getInt(at + 4)),
                    Integer.toUnsignedLong(all.getInt(at + 12)),
                    Integer.toUnsignedLong(all.getInt(at + 16))));
      }
    }
    return found;
  }

  ByteBuffer content(Program program) throws IOException {
    return read(program.offset(), (int) program.fileBytes());
  }

  /** The ELF header's type, machine and class, as numbers. */
  List<Integer> kind() {
    return List.of((int) all.getShort(16), (int) all.getShort(18), (int) all.get(4));
  }
}
