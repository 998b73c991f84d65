package dev.marey.uffd;

import java.util.Set;

/** Which faults of a range of memory a userfaultfd is told of; see UFFDIO_REGISTER(2). */
public enum RegisterMode {
  /** The first touch of a page that is not there. */
  MISSING(UffdAbi.REGISTER_MODE_MISSING, UffdAbi.IOCTL_COPY | UffdAbi.IOCTL_ZEROPAGE),
  /** A write to a page that has been write-protected. */
  WRITE_PROTECT(UffdAbi.REGISTER_MODE_WP, UffdAbi.IOCTL_WRITEPROTECT);

  private final long bit;
  private final long ioctls;

  RegisterMode(long bit, long ioctls) {
    this.bit = bit;
    this.ioctls = ioctls;
  }

  static long bits(Set<RegisterMode> modes) {
    long bits = 0;
    for (RegisterMode mode : modes) {
      bits |= mode.bit;
    }
    return bits;
  }

  /** The operations that handling such faults needs, as bits of uffdio_register.ioctls. */
  static long neededIoctls(Set<RegisterMode> modes) {
    long needed = UffdAbi.IOCTL_WAKE;
    for (RegisterMode mode : modes) {
      needed |= mode.ioctls;
    }
    return needed;
  }
}
