package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PagePipe;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A capture's pages that were taken out of RAM all at once, because RAM is about to become that of
 * another instant. They are stored like those in RAM, a chunk after the other, and let go.
 *
 * <p>Many are not copied but held in pipes; until {@link #copyHeld}, or until RAM has dropped them,
 * none of them may be written.
 *
 * <p>Threading: filled in turns of the fault loop, emptied by the saver; {@link #copyHeld} any.
 */
final class EvacuatedPages implements AutoCloseable {

  private static final int CHUNK_PAGES = PagePipe.PAGES;

  /** Pipes at most: two file descriptors for a mebibyte each. */
  private static final int PIPES = 64;

  private final Queue<Chunk> chunks = new ArrayDeque<>();

  /** Some of the pages, one after the other in memory. */
  static final class Chunk implements AutoCloseable {
    private final int[] pages;
    private Optional<PagePipe> pipe;
    private Optional<NativeMemory> memory = Optional.empty();

    private Chunk(int[] pages, Optional<PagePipe> pipe) {
      this.pages = pages;
      this.pipe = pipe;
    }

    int count() {
      return pages.length;
    }

    /** Number of a page; negative if it is not needed. */
    int page(int index) {
      return pages[index];
    }

    /** Of a page that {@link #copy} has put into memory. */
    long address(int index) {
      return memory.orElseThrow().address() + (long) index * PageNumber.PAGE_BYTES;
    }

    private NativeMemory allocate() throws NativeIoException {
      NativeMemory allocated = NativeMemory.allocate(pages.length * PageNumber.PAGE_BYTES);
      memory = Optional.of(allocated);
      return allocated;
    }

    /** From now on its pages may be written. */
    private void copy() throws NativeIoException {
      if (pipe.isPresent()) {
        PagePipe held = pipe.get();
        held.drainTo(allocate().address());
        held.close();
        pipe = Optional.empty();
      }
    }

    @Override
    public void close() {
      pipe.ifPresent(PagePipe::close);
      memory.ifPresent(NativeMemory::close);
    }
  }

  /**
   * Takes what of the capture is still in RAM alone, and claims it.
   *
   * @param hold whether pages may be held without a copy
   */
  synchronized void take(Capture capture, PendingPages pending, GuestRam ram, boolean hold)
      throws NativeIoException {
    int[] left = left(capture, pending);
    int pipes = 0;
    for (int from = 0; from < left.length; from += CHUNK_PAGES) {
      int[] pages = Arrays.copyOfRange(left, from, Math.min(from + CHUNK_PAGES, left.length));
      List<int[]> runs = runs(pages);
      Optional<Chunk> held = hold && pipes < PIPES ? held(pages, runs, ram) : Optional.empty();
      Chunk chunk = held.isPresent() ? held.get() : copied(pages, runs, ram);
      pipes += held.isPresent() ? 1 : 0;
      chunks.add(chunk);
      for (int i = 0; i < pages.length; i++) {
        if (!pending.claim(pages[i], capture.number())) {
          pages[i] = -1;
        }
      }
    }
  }

  /** Those pages of the capture that nobody has saved yet. */
  static int[] left(Capture capture, PendingPages pending) {
    return Arrays.stream(capture.pages())
        .filter(page -> pending.capture(page) == capture.number())
        .toArray();
  }

  private static Optional<Chunk> held(int[] pages, List<int[]> runs, GuestRam ram) {
    Optional<PagePipe> pipe = PagePipe.open();
    if (pipe.isEmpty()) {
      return Optional.empty();
    }
    for (int[] run : runs) {
      if (!ram.hold(run[0], run[1], pipe.get())) {
        pipe.get().close();
        return Optional.empty();
      }
    }
    return Optional.of(new Chunk(pages, pipe));
  }

  private static Chunk copied(int[] pages, List<int[]> runs, GuestRam ram)
      throws NativeIoException {
    Chunk chunk = new Chunk(pages, Optional.empty());
    long address = chunk.allocate().address();
    for (int[] run : runs) {
      ram.readInto(run[0], run[1], address);
      address += (long) run[1] * PageNumber.PAGE_BYTES;
    }
    return chunk;
  }

  /** First page and number of pages of each run of neighbours. */
  private static List<int[]> runs(int[] pages) {
    List<int[]> runs = new ArrayList<>();
    for (int at = 0; at < pages.length; ) {
      int count = 1;
      while (at + count < pages.length && pages[at + count] == pages[at] + count) {
        count++;
      }
      runs.add(new int[] {pages[at], count});
      at += count;
    }
    return runs;
  }

  /** Copies what is held, so that RAM may be written after all. */
  synchronized void copyHeld() throws NativeIoException {
    for (Chunk chunk : chunks) {
      chunk.copy();
    }
  }

  /** Takes the next chunk, in memory, or null; whoever takes it closes it. */
  synchronized @Nullable Chunk poll() throws NativeIoException {
    Chunk chunk = chunks.poll();
    if (chunk != null) {
      boolean copied = false;
      try {
        chunk.copy();
        copied = true;
      } finally {
        if (!copied) {
          chunk.close();
        }
      }
    }
    return chunk;
  }

  @Override
  public synchronized void close() {
    chunks.forEach(Chunk::close);
    chunks.clear();
  }
}
