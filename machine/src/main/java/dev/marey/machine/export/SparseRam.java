package dev.marey.machine.export;

import dev.marey.machine.PageNumber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * RAM in a sparse file, every page at its own offset, holes for pages of zeroes. From the start of
 * the file it is what {@code -object memory-backend-file} takes.
 */
public final class SparseRam {

  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);

  private SparseRam() {}

  /**
   * Writes all pages into a file that has nothing but a hole there.
   *
   * @param base where page 0 begins, in bytes
   */
  public static void write(FileChannel file, long base, RamPages ram) throws IOException {
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < ram.pageCount(); i++) {
      if (!ram.isZero(i)) {
        ram.read(i, page.clear());
        if (page.mismatch(ZEROES) >= 0) {
          writeAt(file, base + (long) i * PageNumber.PAGE_BYTES, page);
        }
      }
    }
    endAt(file, base + (long) ram.pageCount() * PageNumber.PAGE_BYTES);
  }

  static void writeAt(FileChannel file, long position, ByteBuffer bytes) throws IOException {
    long place = position;
    while (bytes.hasRemaining()) {
      place += file.write(bytes, place);
    }
  }

  /** Gives a file its length, with a hole at its end if need be. */
  public static void endAt(FileChannel file, long lengthBytes) throws IOException {
    if (file.size() < lengthBytes) {
      writeAt(file, lengthBytes - 1, ByteBuffer.allocate(1));
    }
  }
}
