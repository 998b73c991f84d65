package dev.marey.uffd;

import java.io.IOException;

/**
 * The kernel, or the process whose memory we handle, refused something. The message says what was
 * tried and what happened; it may be shown to a person as it is.
 */
public final class NativeIoException extends IOException {

  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  /** A system call failed with an error number. */
  NativeIoException(String call, int errno) {
    this(call, errno, call + " failed: " + Errno.describe(errno));
  }

  /** {@code errno} is 0 where no system call failed. */
  NativeIoException(String call, int errno, String message) {
    super(message);
    this.call = call;
    this.errno = errno;
  }

  /** What was called, such as {@code UFFDIO_COPY of 4096 bytes to 0x7f0000000000}. */
  public String call() {
    return call;
  }

  /** The error number as in {@code errno.h}, 0 where no system call failed. */
  public int errno() {
    return errno;
  }

  /** Whether the call failed because the process that owns the memory has ended (ESRCH). */
  public boolean isProcessGone() {
    return errno == Errno.ESRCH;
  }
}
