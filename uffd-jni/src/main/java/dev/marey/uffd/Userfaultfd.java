package dev.marey.uffd;

import java.util.EnumSet;
import java.util.Set;

/**
 * A userfaultfd, most often of another process's memory: says which of its pages are missing or
 * write-protected, reads the faults of its threads, and lets them go on. All addresses are of that
 * process and, as all lengths, multiples of the page size. See userfaultfd(2) and
 * ioctl_userfaultfd(2). No method but those that fail allocates.
 *
 * <p>Closing the last open copy of the descriptor wakes every waiting thread without giving it its
 * page; the agent in QEMU keeps a copy for that reason.
 *
 * <p>Threading: any; {@link #close} only after the last other call has returned.
 */
public final class Userfaultfd implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private final OwnedFd fd;
  private final FillLoop.Calls copy =
      new FillLoop.Calls() {
        @Override
        public long fill(long destination, long source, long lengthBytes, long mode) {
          return copy(fd.number(), destination, source, lengthBytes, mode);
        }

        @Override
        public int wake(long address, long lengthBytes) {
          return wakeRange(fd.number(), address, lengthBytes);
        }
      };
  private final FillLoop.Calls zero =
      new FillLoop.Calls() {
        @Override
        public long fill(long destination, long source, long lengthBytes, long mode) {
          return zeropage(fd.number(), destination, lengthBytes);
        }

        @Override
        public int wake(long address, long lengthBytes) {
          return wakeRange(fd.number(), address, lengthBytes);
        }
      };

  private Userfaultfd(OwnedFd fd) {
    this.fd = fd;
  }

  /**
   * Takes over a fresh userfaultfd and agrees with the kernel on its features (UFFDIO_API). Thread
   * ids are asked for wherever the kernel has them, demanded or not.
   *
   * @param fd open and not yet used; closed when this fails
   * @throws NativeIoException naming the features that the kernel lacks
   */
  public static Userfaultfd adopt(int fd, Set<Feature> demanded) throws NativeIoException {
    OwnedFd owned = new OwnedFd("the userfaultfd", fd);
    try {
      Errno.check(setNonBlocking(fd), "fcntl(F_SETFL) of userfaultfd");
      long bits = Feature.bits(demanded);
      long answer = api(fd, bits | Feature.bits(EnumSet.of(Feature.THREAD_ID)));
      if (-answer == Errno.EINVAL) {
        answer = api(fd, bits);
      }
      if (answer < 0) {
        throw refusedFeatures(demanded, UffdSupport.kernelFeatures(), (int) -answer);
      }
      return new Userfaultfd(owned);
    } catch (NativeIoException | RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  /** Judges a failed UFFDIO_API by what the kernel offers: bits of features. */
  static NativeIoException refusedFeatures(Set<Feature> demanded, long offered, int errno) {
    Set<Feature> missing = Feature.missingFrom(demanded, offered);
    String why =
        missing.isEmpty()
            ? ": " + Errno.describe(errno) + "; is it a userfaultfd that nobody has used yet?"
            : ": the kernel lacks " + missing + ". Use Linux 5.19 or newer.";
    return new NativeIoException("UFFDIO_API", errno, "UFFDIO_API failed" + why);
  }

  /** The descriptor's number, for {@link FaultPoll}. */
  int number() {
    return fd.number();
  }

  /**
   * Lets this userfaultfd see a range. Registering again with more modes adds them. Start the
   * reading of faults first.
   *
   * @throws NativeIoException also if the kernel lacks an operation on this kind of memory
   */
  public void register(long address, long lengthBytes, Set<RegisterMode> modes)
      throws NativeIoException {
    if (modes.isEmpty()) {
      throw new IllegalArgumentException("modes is empty");
    }
    long offered = register(fd.number(), address, lengthBytes, RegisterMode.bits(modes));
    if (offered < 0) {
      throw failure("UFFDIO_REGISTER " + modes, address, lengthBytes, (int) -offered);
    }
    long missing = RegisterMode.neededIoctls(modes) & ~offered;
    if (missing != 0) {
      throw new NativeIoException(
          "UFFDIO_REGISTER",
          0,
          String.format(
              "UFFDIO_REGISTER %s of 0x%x: the kernel lacks operations 0x%x on this memory; is it"
                  + " shared memory (memfd, tmpfs)?",
              modes, address, missing));
    }
  }

  /**
   * Ends the seeing of a range, drops every write-protection in it and wakes all its waiters. The
   * kernel itself wakes those of missing pages alone.
   */
  public void unregister(long address, long lengthBytes) throws NativeIoException {
    check(unregister(fd.number(), address, lengthBytes), "UFFDIO_UNREGISTER", address, lengthBytes);
    wake(address, lengthBytes);
  }

  /** Arms a range: the next write to each of its pages waits and is reported. */
  public void writeProtect(long address, long lengthBytes) throws NativeIoException {
    setProtection(address, lengthBytes, UffdAbi.WRITEPROTECT_MODE_WP);
  }

  /** Disarms a range and wakes the threads that wait to write to it. */
  public void writeUnprotect(long address, long lengthBytes) throws NativeIoException {
    setProtection(address, lengthBytes, 0);
  }

  private void setProtection(long address, long lengthBytes, long mode) throws NativeIoException {
    int number = fd.number();
    int result = writeprotect(number, address, lengthBytes, mode);
    for (int retry = 0; -result == Errno.EAGAIN && retry < FillLoop.MAX_RETRIES; retry++) {
      Thread.onSpinWait();
      result = writeprotect(number, address, lengthBytes, mode);
    }
    if (result < 0) {
      throw failure(
          mode == 0 ? "UFFDIO_WRITEPROTECT off" : "UFFDIO_WRITEPROTECT",
          address,
          lengthBytes,
          -result);
    }
  }

  /**
   * Fills missing pages and wakes their waiters. A page that is there already keeps its contents
   * and its protection; its waiters are woken too.
   *
   * @param source address in this process, such as {@link NativeMemory#address}, a multiple of the
   *     page size; never of armed or missing memory
   * @param armed whether the new pages are write-protected from the start; otherwise they are
   *     writable and unseen, even where the hole was armed
   * @return bytes that this call filled; fewer than {@code lengthBytes} where pages were there
   */
  public long copy(long destination, long source, long lengthBytes, boolean armed)
      throws NativeIoException {
    long mode = armed ? UffdAbi.COPY_MODE_WP : 0;
    return FillLoop.run(copy, "UFFDIO_COPY", destination, source, lengthBytes, mode);
  }

  /**
   * As {@link #copy} with zeroes, never armed: for armed zero pages copy from zeroed memory.
   *
   * @return bytes that this call filled
   */
  public long zeroPage(long address, long lengthBytes) throws NativeIoException {
    return FillLoop.run(zero, "UFFDIO_ZEROPAGE", address, 0, lengthBytes, 0);
  }

  /** Lets the waiters of a range try again, without changing its pages. */
  public void wake(long address, long lengthBytes) throws NativeIoException {
    check(wakeRange(fd.number(), address, lengthBytes), "UFFDIO_WAKE", address, lengthBytes);
  }

  /**
   * Reads the faults that wait, as many as fit; never blocks.
   *
   * @return how many, 0 when there is none
   */
  public int read(FaultBatch batch) throws NativeIoException {
    int bytes = readMessages(fd.number(), batch.nativeAddress(), batch.lengthBytes());
    if (-bytes == Errno.EAGAIN) {
      return batch.received(0);
    }
    return batch.received(Errno.check(bytes, "read of userfaultfd"));
  }

  @Override
  public void close() {
    fd.close();
  }

  static void check(int result, String name, long address, long lengthBytes)
      throws NativeIoException {
    if (result < 0) {
      throw failure(name, address, lengthBytes, -result);
    }
  }

  static NativeIoException failure(String name, long address, long lengthBytes, int errno) {
    String call = String.format("%s of %d bytes at 0x%x", name, lengthBytes, address);
    if (errno == Errno.ESRCH) {
      return new NativeIoException(
          call, errno, call + " failed: the process that owns the memory has ended (ESRCH)");
    }
    return new NativeIoException(call, errno);
  }

  private static native int setNonBlocking(int fd);

  static native long api(int fd, long features);

  private static native long register(int fd, long address, long lengthBytes, long modes);

  private static native int unregister(int fd, long address, long lengthBytes);

  private static native int writeprotect(int fd, long address, long lengthBytes, long mode);

  private static native long copy(
      int fd, long destination, long source, long lengthBytes, long mode);

  private static native long zeropage(int fd, long address, long lengthBytes);

  private static native int wakeRange(int fd, long address, long lengthBytes);

  private static native int readMessages(int fd, long buffer, int lengthBytes);
}
