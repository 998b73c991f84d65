package dev.marey.snapshot.testing;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Pages with contents that follow from a number: the same number gives the same page, half of it
 * compressible as real memory is.
 */
public final class RandomPages {

  private static final int PAGE_BYTES = 4096;

  private RandomPages() {}

  /** A page of its own for each {@code seed}, in direct memory, ready to be read. */
  public static ByteBuffer page(long seed) {
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
    fill(page, seed);
    return page;
  }

  /** Fills 4,096 bytes from the start of the buffer. */
  public static void fill(ByteBuffer page, long seed) {
    Random random = new Random(seed);
    for (int offset = 0; offset < PAGE_BYTES; offset += Long.BYTES) {
      boolean noise = offset % 64 < 32;
      page.putLong(offset, noise ? random.nextLong() : 0);
    }
    page.putLong(0, seed + 1);
  }

  /** A page that no compressor makes smaller. */
  public static ByteBuffer noise(long seed) {
    byte[] bytes = new byte[PAGE_BYTES];
    new Random(seed).nextBytes(bytes);
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
    page.put(0, bytes);
    return page;
  }
}
