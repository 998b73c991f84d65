package dev.marey.uffd;

/**
 * Waits for faults, and can be called off the wait by another thread.
 *
 * <p>Threading: {@link #await} one thread; {@link #wakeUp} any; {@link #close} after both.
 */
public final class FaultPoll implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private static final int POLLIN = pollin();
  private static final int SECOND = 16;
  private static final int EVENTS = 0xffff;

  private final Userfaultfd userfaultfd;
  private final OwnedFd wakeUp;

  private FaultPoll(Userfaultfd userfaultfd, OwnedFd wakeUp) {
    this.userfaultfd = userfaultfd;
    this.wakeUp = wakeUp;
  }

  /** The userfaultfd stays its owner's. */
  public static FaultPoll open(Userfaultfd userfaultfd) throws NativeIoException {
    int eventfd = Errno.check(eventfd(), "eventfd");
    return new FaultPoll(userfaultfd, new OwnedFd("the eventfd", eventfd));
  }

  /**
   * Waits until faults can be read, {@link #wakeUp} has been called, or the time has passed. A
   * wake-up is remembered until one wait has ended with it.
   *
   * @param timeoutMillis negative waits for ever, 0 only looks
   * @return whether faults can be read
   */
  public boolean await(int timeoutMillis) throws NativeIoException {
    int events = Errno.check(poll(userfaultfd.number(), wakeUp.number(), timeoutMillis), "poll");
    if (events >>> SECOND != 0) {
      int drained = drain(wakeUp.number());
      if (-drained != Errno.EAGAIN) {
        Errno.check(drained, "read of eventfd");
      }
    }
    int faults = events & EVENTS;
    if ((faults & ~POLLIN) != 0) {
      throw new NativeIoException(
          "poll",
          0,
          String.format("poll of userfaultfd reports 0x%x: the descriptor is broken", faults));
    }
    return faults != 0;
  }

  /** Ends the wait of another thread, or its next one. */
  public void wakeUp() throws NativeIoException {
    int result = add(wakeUp.number());
    if (-result != Errno.EAGAIN) {
      Errno.check(result, "write to eventfd");
    }
  }

  @Override
  public void close() {
    wakeUp.close();
  }

  private static native int eventfd();

  private static native int poll(int first, int second, int timeoutMillis);

  private static native int add(int eventfd);

  private static native int drain(int eventfd);

  private static native int pollin();
}
