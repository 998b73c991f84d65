package dev.marey.uffd;

/**
 * Fills a run of missing pages whatever becomes of it on the way: goes on where the kernel stopped
 * early, steps over a page that somebody else has filled and wakes those who wait for it (the
 * kernel does not), and loses no page.
 *
 * <p>Threading: any; keeps nothing between calls.
 */
final class FillLoop {

  /** The two calls that a fill makes; each answers -errno when it fails. */
  interface Calls {

    /** Bytes filled, perhaps fewer than asked. */
    long fill(long destination, long source, long lengthBytes, long mode);

    int wake(long address, long lengthBytes);
  }

  /** So often the kernel may ask in a row to try again before that is an error. */
  static final int MAX_RETRIES = 100_000;

  private FillLoop() {}

  /**
   * Fills the run.
   *
   * @param name of the ioctl, for the message
   * @return bytes filled; the others were there before, and their waiters have been woken
   */
  static long run(
      Calls calls, String name, long destination, long source, long lengthBytes, long mode)
      throws NativeIoException {
    long done = 0;
    long filled = 0;
    int retries = 0;
    while (done < lengthBytes) {
      long left = lengthBytes - done;
      long result = calls.fill(destination + done, source + done, left, mode);
      if (result > 0) {
        done += result;
        filled += result;
        retries = 0;
      } else if (-result == Errno.EEXIST) {
        Userfaultfd.check(
            calls.wake(destination + done, UffdAbi.PAGE_BYTES),
            "UFFDIO_WAKE",
            destination + done,
            UffdAbi.PAGE_BYTES);
        done += UffdAbi.PAGE_BYTES;
        retries = 0;
      } else if (-result == Errno.EAGAIN && retries < MAX_RETRIES) {
        retries++;
        Thread.onSpinWait();
      } else {
        throw Userfaultfd.failure(name, destination + done, left, (int) -result);
      }
    }
    return filled;
  }
}
