package dev.marey.uffd;

/** Error numbers of system calls, with the names and words the C library has for them. */
final class Errno {

  static {
    NativeLibrary.load();
  }

  static final int EPERM = eperm();
  static final int ENOENT = enoent();
  static final int ESRCH = esrch();
  static final int EAGAIN = eagain();
  static final int EACCES = eacces();
  static final int EEXIST = eexist();
  static final int EINVAL = einval();
  static final int ENOSYS = enosys();

  private Errno() {}

  /** Such as {@code Operation not permitted (EPERM)}. */
  static String describe(int errno) {
    return words(errno) + " (" + symbol(errno) + ")";
  }

  /** A call's result when it is not negative, else an exception naming the call. */
  static int check(int result, String call) throws NativeIoException {
    if (result < 0) {
      throw new NativeIoException(call, -result);
    }
    return result;
  }

  private static native String symbol(int errno);

  private static native String words(int errno);

  private static native int eperm();

  private static native int enoent();

  private static native int esrch();

  private static native int eagain();

  private static native int eacces();

  private static native int eexist();

  private static native int einval();

  private static native int enosys();
}
