package dev.marey.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The guest's RAM: one memfd of this process, opened by every QEMU through {@link #path()}. It is
 * read and written with pread and pwrite, never through a mapping of ours, so a read of a hole
 * gives zeroes and leaves the hole. Lives until {@link #close()}; a QEMU that mapped it keeps its
 * pages.
 *
 * <p>Threading: any. Who may write while a machine runs is the caller's business.
 */
public final class GuestRam implements AutoCloseable {

  private static final int MFD_CLOEXEC = 1;
  private static final int PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int EINTR = 4;
  private static final int ENXIO = 6;

  private final LibC libc;
  private final int fd;
  private final long lengthBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Whoever looks at a page of a machine that another is ending must not read from the number after
   * it has been given to another file. The hot path ends before its RAM is closed.
   */
  private final ReentrantReadWriteLock looking = new ReentrantReadWriteLock();

  private GuestRam(LibC libc, int fd, long lengthBytes) {
    this.libc = libc;
    this.fd = fd;
    this.lengthBytes = lengthBytes;
  }

  /**
   * Makes RAM that is one hole from end to end.
   *
   * @param lengthBytes a positive multiple of the page size
   * @throws MachineException when the host refuses, with the errno
   */
  public static GuestRam create(long lengthBytes) throws MachineException {
    if (lengthBytes <= 0 || lengthBytes % PageNumber.PAGE_BYTES != 0) {
      throw new IllegalArgumentException(
          "lengthBytes is not a positive multiple of the page size: " + lengthBytes);
    }
    if (lengthBytes / PageNumber.PAGE_BYTES > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("lengthBytes is over 8 TiB: " + lengthBytes);
    }
    LibC libc = LibC.Bound.LIBC;
    int fd = libc.memfd_create("guest-ram", MFD_CLOEXEC);
    if (fd < 0) {
      throw failure("memfd_create for guest RAM", errno(libc));
    }
    if (libc.ftruncate(fd, lengthBytes) != 0) {
      int errno = errno(libc);
      libc.close(fd);
      throw failure("giving guest RAM its size of " + lengthBytes + " bytes", errno);
    }
    return new GuestRam(libc, fd, lengthBytes);
  }

  public long lengthBytes() {
    return lengthBytes;
  }

  public int pageCount() {
    return (int) (lengthBytes / PageNumber.PAGE_BYTES);
  }

  /** Where another process of the same user opens this RAM: {@code /proc/<our pid>/fd/<n>}. */
  public Path path() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
  }

  /** The memfd's inode, by which its mappings are found in {@code /proc/<pid>/maps}. */
  long inode() throws MachineException {
    try {
      return ((Number) Files.getAttribute(path(), "unix:ino")).longValue();
    } catch (IOException e) {
      throw new MachineException(
          "Reading the inode of guest RAM at " + path() + " failed: " + e, e);
    }
  }

  /**
   * Copies whole pages to native memory. Allocates nothing; the hot path of every capture. A hole
   * reads as zeroes and stays a hole.
   *
   * @param nativeAddress where the pages go: not in memory whose pages are write-protected
   * @throws IllegalStateException when the kernel refuses, which it does only for a bad address
   */
  public void readInto(int firstPage, int pageCount, long nativeAddress) {
    checkRange(firstPage, pageCount);
    long offset = (long) firstPage * PageNumber.PAGE_BYTES;
    long left = (long) pageCount * PageNumber.PAGE_BYTES;
    long to = nativeAddress;
    while (left > 0) {
      long got = libc.pread64(fd, to, left, offset);
      if (got <= 0) {
        if (got < 0 && errno(libc) == EINTR) {
          continue;
        }
        throw broken("pread", firstPage, pageCount, got);
      }
      offset += got;
      to += got;
      left -= got;
    }
  }

  /**
   * Has a pipe hold whole pages. A hole is held as zeroes.
   *
   * @return whether it does; if not, the pipe is of no use any more
   */
  public boolean hold(int firstPage, int pageCount, PagePipe pipe) {
    checkRange(firstPage, pageCount);
    return pipe.add(fd, firstPage, pageCount);
  }

  /**
   * Copies one page into the buffer's remaining bytes, from its position on, and moves the
   * position.
   *
   * @param into a direct or heap buffer with at least a page of room
   */
  public void read(PageNumber page, ByteBuffer into) {
    if (into.remaining() < PageNumber.PAGE_BYTES) {
      throw new IllegalArgumentException("into has room for only " + into.remaining() + " bytes");
    }
    looking.readLock().lock();
    try {
      look(page, into);
    } finally {
      looking.readLock().unlock();
    }
  }

  private void look(PageNumber page, ByteBuffer into) {
    if (into.isDirect()) {
      readInto(page.index(), 1, Pointer.wrap(Runtime.getSystemRuntime(), into.slice()).address());
      into.position(into.position() + PageNumber.PAGE_BYTES);
      return;
    }
    Pointer copy = Memory.allocateDirect(Runtime.getSystemRuntime(), PageNumber.PAGE_BYTES);
    readInto(page.index(), 1, copy.address());
    byte[] bytes = new byte[PageNumber.PAGE_BYTES];
    copy.get(0, bytes, 0, bytes.length);
    into.put(bytes);
  }

  /**
   * Replaces whole pages by what is at the native address. QEMU sees it at once.
   *
   * @throws MachineException when the host has no memory left for the pages
   */
  public void write(int firstPage, int pageCount, long nativeAddress) throws MachineException {
    checkRange(firstPage, pageCount);
    long offset = (long) firstPage * PageNumber.PAGE_BYTES;
    long left = (long) pageCount * PageNumber.PAGE_BYTES;
    long from = nativeAddress;
    while (left > 0) {
      long put = libc.pwrite64(fd, from, left, offset);
      if (put <= 0) {
        int errno = errno(libc);
        if (put < 0 && errno == EINTR) {
          continue;
        }
        throw failure("writing " + pageCount + " pages of guest RAM at page " + firstPage, errno);
      }
      offset += put;
      from += put;
      left -= put;
    }
  }

  /** Drops the pages: they are holes afterwards, in every process that mapped them. */
  public void punch(PageSpan span) throws MachineException {
    checkRange(span.first().index(), span.pageCount());
    while (libc.fallocate64(
            fd, PUNCH_HOLE_KEEP_SIZE, span.first().offsetBytes(), span.lengthBytes())
        != 0) {
      int errno = errno(libc);
      if (errno != EINTR) {
        throw failure("dropping the pages " + span + " of guest RAM", errno);
      }
    }
    if (!PagePipe.smallPagesOnly() && !isHole(span)) {
      throw new MachineException(
          "The host has guest RAM in huge pages and could not drop a part of one, "
              + span
              + ". Set shmem_enabled of transparent_hugepage to never if this happens often.");
    }
  }

  /** A part of a huge page that could not be split is still there, as zeroes. */
  private boolean isHole(PageSpan span) throws MachineException {
    long data = seek(span.first().offsetBytes(), SEEK_DATA);
    return data < 0 || data >= span.first().offsetBytes() + span.lengthBytes();
  }

  /** The runs of pages that are not holes, in order. */
  public List<PageSpan> data() throws MachineException {
    List<PageSpan> spans = new ArrayList<>();
    long at = 0;
    while (at < lengthBytes) {
      long start = seek(at, SEEK_DATA);
      if (start < 0) {
        break;
      }
      long end = seek(start, SEEK_HOLE);
      int first = (int) (start / PageNumber.PAGE_BYTES);
      int last = (int) ((end - 1) / PageNumber.PAGE_BYTES);
      spans.add(PageSpan.of(first, last - first + 1));
      at = (long) (last + 1) * PageNumber.PAGE_BYTES;
    }
    return List.copyOf(spans);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      looking.writeLock().lock();
      try {
        libc.close(fd);
      } finally {
        looking.writeLock().unlock();
      }
    }
  }

  private long seek(long from, int whence) throws MachineException {
    long found = libc.lseek64(fd, from, whence);
    if (found < 0 && errno(libc) != ENXIO) {
      throw failure("looking for the data in guest RAM", errno(libc));
    }
    return found;
  }

  private void checkRange(int firstPage, int pageCount) {
    if (closed.get()) {
      throw new IllegalStateException("guest RAM is closed");
    }
    if (firstPage < 0 || pageCount < 1 || pageCount > pageCount() - firstPage) {
      throw new IllegalArgumentException(
          "pages "
              + firstPage
              + " + "
              + pageCount
              + " are not in RAM of "
              + pageCount()
              + " pages");
    }
  }

  private IllegalStateException broken(String call, int firstPage, int pageCount, long result) {
    return new IllegalStateException(
        call
            + " of "
            + pageCount
            + " pages of guest RAM at page "
            + firstPage
            + " gave "
            + result
            + ", errno "
            + errno(libc));
  }

  private static int errno(LibC libc) {
    return LastError.getLastError(Runtime.getRuntime(libc));
  }

  private static MachineException failure(String tried, int errno) {
    String advice =
        errno == 28 || errno == 12
            ? " The host has no memory left: close programs or give the guest less with -m."
            : "";
    return new MachineException(tried + " failed with errno " + errno + "." + advice);
  }
}
