package dev.marey.uffd;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one owner of a file descriptor: closes it once, or gives it away once.
 *
 * <p>Threading: any for {@link #close}; whoever uses the number must have ended before, since the
 * kernel gives a closed number to the next file.
 */
final class OwnedFd implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private static final int NONE = -1;

  private final String name;
  private final AtomicInteger number;

  OwnedFd(String name, int number) {
    if (number < 0) {
      throw new IllegalArgumentException("number of " + name + " is negative: " + number);
    }
    this.name = name;
    this.number = new AtomicInteger(number);
  }

  int number() {
    int fd = number.get();
    if (fd == NONE) {
      throw new IllegalStateException(name + " is closed or has been given away");
    }
    return fd;
  }

  boolean isOpen() {
    return number.get() != NONE;
  }

  /** Gives the descriptor to a new owner; closing this does nothing from then on. */
  int giveAway() {
    int fd = number.getAndSet(NONE);
    if (fd == NONE) {
      throw new IllegalStateException(name + " is closed or has been given away");
    }
    return fd;
  }

  /** The kernel frees the number whatever it answers, so the answer changes nothing. */
  @Override
  public void close() {
    int fd = number.getAndSet(NONE);
    if (fd != NONE) {
      int unused = closeNumber(fd);
    }
  }

  private static native int closeNumber(int fd);
}
