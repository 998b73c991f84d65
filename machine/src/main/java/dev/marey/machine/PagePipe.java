package dev.marey.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Pages of guest RAM, held without a copy: a pipe refers to the pages themselves, which RAM may
 * drop ({@link GuestRam#punch}) meanwhile. They must not be written in place before they have been
 * read from here. Adding 16,000 pages takes 2 to 5 ms; copying them takes 25.
 *
 * <p>Threading: one thread at a time.
 */
public final class PagePipe implements AutoCloseable {

  /** Room for pages; what a user without privileges may give a pipe. */
  public static final int PAGES = 256;

  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int EINTR = 4;

  private final LibC libc;
  private final int readEnd;
  private final int writeEnd;
  private final Pointer offset =
      Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);
  private int held;
  private boolean closed;

  private PagePipe(LibC libc, int readEnd, int writeEnd) {
    this.libc = libc;
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /**
   * An empty one; empty if the kernel gives no pipe, or none of that size, or may put guest RAM
   * into huge pages: a hole in one of those is made by writing zeroes into the page itself.
   */
  public static Optional<PagePipe> open() {
    if (!smallPagesOnly()) {
      return Optional.empty();
    }
    LibC libc = Holder.LIBC;
    int[] ends = new int[2];
    if (libc.pipe2(ends, O_CLOEXEC) != 0) {
      return Optional.empty();
    }
    PagePipe pipe = new PagePipe(libc, ends[0], ends[1]);
    if (libc.fcntl(ends[1], F_SETPIPE_SZ, PAGES * PageNumber.PAGE_BYTES)
        < PAGES * PageNumber.PAGE_BYTES) {
      pipe.close();
      return Optional.empty();
    }
    return Optional.of(pipe);
  }

  /** Whether this host, as it was when first asked, has guest RAM in small pages only. */
  static boolean smallPagesOnly() {
    return Holder.SMALL_PAGES;
  }

  private static final class Holder {
    static final LibC LIBC = LibC.Bound.LIBC;
    static final boolean SMALL_PAGES =
        hasSmallPagesOnly(Path.of("/sys/kernel/mm/transparent_hugepage"));
  }

  /**
   * Whether files in memory are never put into huge pages.
   *
   * @param settings what the kernel says of huge pages; none if it knows none
   */
  static boolean hasSmallPagesOnly(Path settings) {
    if (!Files.isDirectory(settings)) {
      return true;
    }
    try (Stream<Path> found = Files.walk(settings, 2)) {
      for (Path file : found.filter(path -> path.endsWith("shmem_enabled")).toList()) {
        String chosen = Files.readString(file);
        if (!chosen.contains("[never]")
            && !chosen.contains("[deny]")
            && !chosen.contains("[inherit]")) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Adds pages behind those it holds.
   *
   * @param fd of the file they are in
   * @return whether it holds them now; if not, it is of no use any more
   */
  boolean add(int fd, int firstPage, int pageCount) {
    if (pageCount > PAGES - held) {
      return false;
    }
    offset.putLong(0, (long) firstPage * PageNumber.PAGE_BYTES);
    long left = (long) pageCount * PageNumber.PAGE_BYTES;
    while (left > 0) {
      long moved = libc.sendfile64(writeEnd, fd, offset.address(), left);
      if (moved <= 0) {
        if (moved < 0 && LastError.getLastError(Runtime.getRuntime(libc)) == EINTR) {
          continue;
        }
        return false;
      }
      left -= moved;
    }
    held += pageCount;
    return true;
  }

  /**
   * Copies all pages it holds to native memory, in the order they were added, and holds none then.
   *
   * @param nativeAddress where there is room for them
   * @throws IllegalStateException when the kernel refuses, which it does only for a bad address
   */
  public void drainTo(long nativeAddress) {
    long to = nativeAddress;
    long left = (long) held * PageNumber.PAGE_BYTES;
    while (left > 0) {
      long got = libc.read(readEnd, to, left);
      if (got <= 0) {
        int errno = LastError.getLastError(Runtime.getRuntime(libc));
        if (got < 0 && errno == EINTR) {
          continue;
        }
        throw new IllegalStateException(
            "reading pages from a pipe gave " + got + ", errno " + errno);
      }
      to += got;
      left -= got;
    }
    held = 0;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      libc.close(readEnd);
      libc.close(writeEnd);
    }
  }
}
