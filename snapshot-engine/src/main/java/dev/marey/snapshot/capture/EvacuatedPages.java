package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a capture's pages that were made all at once, because RAM is about to become that of
 * another instant. They are stored like those in RAM, a chunk after the other, and let go.
 *
 * <p>Threading: filled in turns of the fault loop, emptied by the saver.
 */
final class EvacuatedPages implements AutoCloseable {

  private static final int CHUNK_PAGES = 1024;

  private final Queue<Chunk> chunks = new ConcurrentLinkedQueue<>();

  /** Some of the pages, one after the other in memory. */
  static final class Chunk implements AutoCloseable {
    private final int[] pages;
    private final NativeMemory memory;

    Chunk(int[] pages, NativeMemory memory) {
      this.pages = pages;
      this.memory = memory;
    }

    int count() {
      return pages.length;
    }

    /** Number of a page; negative if it is not needed. */
    int page(int index) {
      return pages[index];
    }

    long address(int index) {
      return memory.address() + (long) index * PageNumber.PAGE_BYTES;
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** Copies what of the capture is still in RAM alone, and claims it. */
  void copy(Capture capture, PendingPages pending, GuestRam ram) throws NativeIoException {
    int[] left =
        Arrays.stream(capture.pages())
            .filter(page -> pending.capture(page) == capture.number())
            .toArray();
    for (int from = 0; from < left.length; from += CHUNK_PAGES) {
      int[] pages = Arrays.copyOfRange(left, from, Math.min(from + CHUNK_PAGES, left.length));
      NativeMemory memory = NativeMemory.allocate(pages.length * PageNumber.PAGE_BYTES);
      copyRuns(pages, ram, memory.address());
      for (int i = 0; i < pages.length; i++) {
        if (!pending.claim(pages[i], capture.number())) {
          pages[i] = -1;
        }
      }
      chunks.add(new Chunk(pages, memory));
    }
  }

  private static void copyRuns(int[] pages, GuestRam ram, long address) {
    int at = 0;
    while (at < pages.length) {
      int count = 1;
      while (at + count < pages.length && pages[at + count] == pages[at] + count) {
        count++;
      }
      ram.readInto(pages[at], count, address + (long) at * PageNumber.PAGE_BYTES);
      at += count;
    }
  }

  /** Takes the next chunk, or null; whoever takes it closes it. */
  @Nullable Chunk poll() {
    return chunks.poll();
  }

  @Override
  public void close() {
    Chunk left = chunks.poll();
    while (left != null) {
      left.close();
      left = chunks.poll();
    }
  }
}
