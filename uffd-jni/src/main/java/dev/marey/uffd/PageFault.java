package dev.marey.uffd;

/**
 * A thread waits for a page.
 *
 * @param address of the page's first byte, in the process that owns the memory
 * @param kind why it waits
 * @param write whether it wanted to write; always so for {@link Kind#WRITE_PROTECTED}
 * @param thread id of the waiting thread, 0 where the kernel does not tell
 */
public record PageFault(long address, Kind kind, boolean write, int thread) {

  /** Why a thread waits. */
  public enum Kind {
    /** The page is not there. */
    MISSING,
    /** The page is there and write-protected. */
    WRITE_PROTECTED
  }
}
