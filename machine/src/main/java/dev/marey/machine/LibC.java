package dev.marey.machine;

import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Out;

/**
 * The few libc calls guest RAM and sparse files need, as jnr-ffi binds them. No more than five
 * integers a call.
 */
public interface LibC {

  /** Holds the one that all use: binding it makes classes, which takes a tenth of a second. */
  final class Bound {

    public static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private Bound() {}
  }

  /** See memfd_create(2). */
  int memfd_create(String name, int flags);

  /** See open(2), without O_CREAT. */
  int open(String path, int flags);

  /** See ftruncate(2). */
  int ftruncate(int fd, long lengthBytes);

  /** See pread(2); {@code buffer} is a native address. */
  long pread64(int fd, long buffer, long countBytes, long offsetBytes);

  /** See pwrite(2); {@code buffer} is a native address. */
  long pwrite64(int fd, long buffer, long countBytes, long offsetBytes);

  /** See fallocate(2). */
  int fallocate64(int fd, int mode, long offsetBytes, long lengthBytes);

  /** See lseek(2). */
  long lseek64(int fd, long offsetBytes, int whence);

  /** See setpriority(2). */
  int setpriority(int which, int who, int value);

  /** See pipe2(2); {@code fds} gets the end to read from, then the end to write to. */
  int pipe2(@Out int[] fds, int flags);

  /** See fcntl(2). */
  int fcntl(int fd, int command, int value);

  /** See read(2); {@code buffer} is a native address. */
  long read(int fd, long buffer, long countBytes);

  /** See sendfile(2); {@code offset} is the native address of a 64-bit integer, which it moves. */
  long sendfile64(int toFd, int fromFd, long offset, long countBytes);

  /** See close(2). */
  int close(int fd);
}
