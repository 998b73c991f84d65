package dev.marey.snapshot.disk;

import dev.marey.machine.LibC;
import dev.marey.machine.disk.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import jnr.ffi.LastError;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A sparse file without a name: it is gone with this process, however that ends. What was never
 * written, or was dropped, reads as zeroes and takes no room.
 *
 * <p>Threading: one thread at a time.
 */
final class ScratchFile implements AutoCloseable {

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
  private static final int EINTR = 4;
  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;
  private static final int ZEROES_BYTES = 1 << 20;

  private final LibC libc;
  private final Path path;
  private final int fd;
  private final long lengthBytes;

  private ScratchFile(LibC libc, Path path, int fd, long lengthBytes) {
    this.libc = libc;
    this.path = path;
    this.fd = fd;
    this.lengthBytes = lengthBytes;
  }

  /**
   * Makes a file that is one hole from end to end.
   *
   * @param path where it is for a moment; tells the file system, and the person which disk is full
   */
  static ScratchFile create(Path path, long lengthBytes) throws IOException {
    LibC libc = LibC.Bound.LIBC;
    Files.deleteIfExists(path);
    Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    int fd = libc.open(path.toString(), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
      throw new IOException("making " + path + " failed with errno " + errno(libc));
    }
    ScratchFile made = new ScratchFile(libc, path, fd, lengthBytes);
    try {
      Files.delete(path);
      made.resize(lengthBytes);
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /**
   * Reads as many bytes as the buffer has room for.
   *
   * @param into a direct buffer
   */
  void read(long offsetBytes, ByteBuffer into) throws IOException {
    long at = offsetBytes;
    while (into.hasRemaining()) {
      long got = libc.pread64(fd, address(into), into.remaining(), at);
      if (got <= 0) {
        refuse("reading", got);
        continue;
      }
      into.position(into.position() + (int) got);
      at += got;
    }
  }

  /**
   * Writes the remaining bytes.
   *
   * @param from a direct buffer
   * @throws NoRoomException when the file system is full; some of the bytes may be written
   */
  void write(long offsetBytes, ByteBuffer from) throws IOException {
    long at = offsetBytes;
    while (from.hasRemaining()) {
      long put = libc.pwrite64(fd, address(from), from.remaining(), at);
      if (put <= 0) {
        refuse("writing", put);
        continue;
      }
      from.position(from.position() + (int) put);
      at += put;
    }
  }

  /** Makes the range a hole; on a file system without holes it is written with zeroes. */
  void drop(long offsetBytes, long lengthBytes) throws IOException {
    while (libc.fallocate64(fd, PUNCH_HOLE_KEEP_SIZE, offsetBytes, lengthBytes) != 0) {
      int errno = errno(libc);
      if (errno == EOPNOTSUPP || errno == ENOSYS) {
        writeZeroes(offsetBytes, lengthBytes);
        return;
      }
      refuse("dropping a part of", -1);
    }
  }

  private void writeZeroes(long offsetBytes, long lengthBytes) throws IOException {
    ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(lengthBytes, ZEROES_BYTES));
    for (long done = 0; done < lengthBytes; done += zeroes.capacity()) {
      zeroes.clear().limit((int) Math.min(zeroes.capacity(), lengthBytes - done));
      write(offsetBytes + done, zeroes);
    }
  }

  /** Makes all of it a hole. */
  void dropAll() throws IOException {
    resize(0);
    resize(lengthBytes);
  }

  private void resize(long bytes) throws IOException {
    while (libc.ftruncate(fd, bytes) != 0) {
      refuse("giving its size to", -1);
    }
  }

  /** Returns when the call is to be tried again. */
  private void refuse(String tried, long result) throws IOException {
    int errno = result < 0 ? errno(libc) : 0;
    if (errno == EINTR) {
      return;
    }
    if (errno == ENOSPC || errno == EDQUOT) {
      throw new NoRoomException("there is no room left in " + path.getParent());
    }
    throw new IOException(
        tried + " the guest's disk writes in " + path.getParent() + " failed with errno " + errno);
  }

  private static long address(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException("buffer is not direct");
    }
    return Pointer.wrap(Runtime.getSystemRuntime(), buffer.slice()).address();
  }

  private static int errno(LibC libc) {
    return LastError.getLastError(Runtime.getRuntime(libc));
  }

  @Override
  public void close() {
    libc.close(fd);
  }
}
