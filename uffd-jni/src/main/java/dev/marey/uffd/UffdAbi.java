package dev.marey.uffd;

/** Numbers of {@code linux/userfaultfd.h}, asked of the C compiler. */
final class UffdAbi {

  static {
    NativeLibrary.load();
  }

  static final long REGISTER_MODE_MISSING = registerModeMissing();
  static final long REGISTER_MODE_WP = registerModeWp();
  static final long IOCTL_WAKE = ioctlWake();
  static final long IOCTL_COPY = ioctlCopy();
  static final long IOCTL_ZEROPAGE = ioctlZeropage();
  static final long IOCTL_WRITEPROTECT = ioctlWriteprotect();
  static final long COPY_MODE_WP = copyModeWp();
  static final long WRITEPROTECT_MODE_WP = writeprotectModeWp();
  static final int MESSAGE_BYTES = messageBytes();
  static final int MESSAGE_EVENT = messageEventOffset();
  static final int MESSAGE_FLAGS = messageFlagsOffset();
  static final int MESSAGE_ADDRESS = messageAddressOffset();
  static final int MESSAGE_THREAD = messageThreadOffset();
  static final int EVENT_PAGEFAULT = eventPagefault();
  static final long FLAG_WRITE = flagWrite();
  static final long FLAG_WP = flagWp();

  /** Size of a page of the host. */
  static final long PAGE_BYTES = pageBytes();

  private UffdAbi() {}

  static native long featurePagefaultFlagWp();

  static native long featureMissingShmem();

  static native long featureThreadId();

  static native long featureWpHugetlbfsShmem();

  private static native long registerModeMissing();

  private static native long registerModeWp();

  private static native long ioctlWake();

  private static native long ioctlCopy();

  private static native long ioctlZeropage();

  private static native long ioctlWriteprotect();

  private static native long copyModeWp();

  private static native long writeprotectModeWp();

  private static native int messageBytes();

  private static native int messageEventOffset();

  private static native int messageFlagsOffset();

  private static native int messageAddressOffset();

  private static native int messageThreadOffset();

  private static native int eventPagefault();

  private static native long flagWrite();

  private static native long flagWp();

  private static native long pageBytes();
}
