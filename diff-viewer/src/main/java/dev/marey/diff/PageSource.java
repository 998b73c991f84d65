package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;

/** Reads RAM of one instant, a page at a time, on any thread. */
@FunctionalInterface
public interface PageSource {

  /**
   * Fills {@code into}, which is {@link PageNumber#PAGE_BYTES} long, with the page's contents.
   *
   * @throws SnapshotException if the page cannot be read, in words for the person
   */
  void readPage(PageNumber page, byte[] into) throws SnapshotException;
}
