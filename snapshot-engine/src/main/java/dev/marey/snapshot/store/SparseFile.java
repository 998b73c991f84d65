package dev.marey.snapshot.store;

import dev.marey.machine.LibC;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;

/**
 * A file as its file system keeps it: data, and holes that take no room and read as zeroes.
 *
 * <p>Threading: one thread.
 */
final class SparseFile implements AutoCloseable {

  private static final LibC LIBC = LibC.Bound.LIBC;

  /** What file systems make holes of. */
  static final int BLOCK_BYTES = 4096;

  private static final int RDONLY_CLOEXEC = 0x80000;
  private static final int RDWR_CLOEXEC = 0x80002;
  private static final int PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int EINTR = 4;
  private static final int ENXIO = 6;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private final Path path;
  private final int fd;

  private SparseFile(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Opens it to make holes. */
  static SparseFile open(Path path) throws IOException {
    return open(path, RDWR_CLOEXEC);
  }

  /** Opens it to look for holes. */
  static SparseFile openReadOnly(Path path) throws IOException {
    return open(path, RDONLY_CLOEXEC);
  }

  private static SparseFile open(Path path, int flags) throws IOException {
    int fd = LIBC.open(path.toString(), flags);
    if (fd < 0) {
      throw new IOException("opening " + path + " failed with errno " + errno());
    }
    return new SparseFile(path, fd);
  }

  /**
   * Gives the room of a range back; see fallocate(2).
   *
   * @return false if this file system has no holes
   */
  boolean punch(long offset, long lengthBytes) throws IOException {
    while (LIBC.fallocate64(fd, PUNCH_HOLE_KEEP_SIZE, offset, lengthBytes) != 0) {
      int errno = errno();
      if (errno == EOPNOTSUPP || errno == ENOSYS) {
        return false;
      }
      if (errno != EINTR) {
        throw new IOException("making a hole in " + path + " failed with errno " + errno);
      }
    }
    return true;
  }

  /** Bytes before an offset that are no hole; all of them where holes cannot be told. */
  long dataBytes(long before) throws IOException {
    long bytes = 0;
    for (long at = 0; at < before; ) {
      long data = seek(at, SEEK_DATA);
      if (data < 0) {
        return data == -EINVAL ? before : bytes;
      }
      long hole = seek(data, SEEK_HOLE);
      if (hole < 0) {
        return before;
      }
      bytes += Math.max(0, Math.min(hole, before) - data);
      at = hole;
    }
    return bytes;
  }

  /** Which blocks before an offset lie in holes whole; none where holes cannot be told. */
  BitSet holes(long before) throws IOException {
    BitSet holes = new BitSet();
    for (long at = 0; at < before; ) {
      long hole = seek(at, SEEK_HOLE);
      if (hole < 0 || hole >= before) {
        return holes;
      }
      long data = seek(hole, SEEK_DATA);
      if (data == -EINVAL) {
        return new BitSet();
      }
      long end = data < 0 ? before : Math.min(data, before);
      holes.set(
          (int) ((hole + BLOCK_BYTES - 1) / BLOCK_BYTES),
          (int) Math.max((hole + BLOCK_BYTES - 1) / BLOCK_BYTES, end / BLOCK_BYTES));
      at = end;
    }
    return holes;
  }

  /** Where it is, or -errno: ENXIO behind the last data, EINVAL if holes cannot be told. */
  private long seek(long from, int whence) throws IOException {
    long found = LIBC.lseek64(fd, from, whence);
    if (found >= 0) {
      return found;
    }
    int errno = errno();
    if (errno != ENXIO && errno != EINVAL) {
      throw new IOException("looking for holes in " + path + " failed with errno " + errno);
    }
    return -errno;
  }

  private static int errno() {
    return LastError.getLastError(Runtime.getRuntime(LIBC));
  }

  @Override
  public void close() {
    int unused = LIBC.close(fd);
  }
}
