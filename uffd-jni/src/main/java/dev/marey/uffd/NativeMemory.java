package dev.marey.uffd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Page-aligned, zeroed memory outside the Java heap, with an address that system calls and {@link
 * Userfaultfd#copy} take. It lives until {@link #close}; a buffer kept beyond that must not be
 * used, the JVM would crash.
 *
 * <p>Threading: any for {@link #address}; the contents belong to whoever the owner says.
 */
public final class NativeMemory implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private final long address;
  private final int lengthBytes;
  private final ByteBuffer buffer;
  private boolean closed;

  private NativeMemory(long address, int lengthBytes) {
    this.address = address;
    this.lengthBytes = lengthBytes;
    this.buffer = view(address, lengthBytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Maps new memory, all zero.
   *
   * @param lengthBytes more than 0; the kernel rounds up to whole pages
   */
  public static NativeMemory allocate(int lengthBytes) throws NativeIoException {
    if (lengthBytes <= 0) {
      throw new IllegalArgumentException("lengthBytes is not positive: " + lengthBytes);
    }
    long address = map(lengthBytes);
    if (address < 0) {
      throw new NativeIoException("mmap of " + lengthBytes + " bytes", (int) -address);
    }
    return new NativeMemory(address, lengthBytes);
  }

  /** Address of the first byte, a multiple of the page size. */
  public long address() {
    checkOpen();
    return address;
  }

  public int lengthBytes() {
    return lengthBytes;
  }

  /**
   * The whole memory in native byte order. Always the same buffer: use its absolute methods, or a
   * duplicate for a position of one's own.
   */
  public ByteBuffer buffer() {
    checkOpen();
    return buffer;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      int unused = unmap(address, lengthBytes);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the native memory is closed");
    }
  }

  private static native long map(long lengthBytes);

  private static native int unmap(long address, long lengthBytes);

  private static native ByteBuffer view(long address, long lengthBytes);
}
