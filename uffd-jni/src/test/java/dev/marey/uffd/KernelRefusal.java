package dev.marey.uffd;

/** What the kernel says when it refuses a call, for tests of the modules above. */
public final class KernelRefusal {

  private KernelRefusal() {}

  public static NativeIoException of(String call, int errno) {
    return new NativeIoException(call, errno);
  }
}
