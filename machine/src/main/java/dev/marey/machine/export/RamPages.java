package dev.marey.machine.export;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Guest RAM at one instant, page by page from the start of the RAM block. */
public interface RamPages {

  int pageCount();

  /** Whether nothing but zeroes is in it; need not know. */
  boolean isZero(int page);

  /**
   * Reads a page.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   * @throws IOException if it cannot be read, or whoever waits for the export wants it no more
   */
  void read(int page, ByteBuffer into) throws IOException;
}
