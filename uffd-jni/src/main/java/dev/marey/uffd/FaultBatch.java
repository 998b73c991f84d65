package dev.marey.uffd;

import dev.marey.uffd.PageFault.Kind;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Room for the faults that one {@link Userfaultfd#read} brings, made once and used again. Nothing
 * but {@link #fault} allocates.
 *
 * <p>The kernel writes one {@code struct uffd_msg} per fault, packed, 32 bytes: event (u8 at 0),
 * flags (u64 at 8), address (u64 at 16), thread id (u32 at 24); see userfaultfd(2).
 *
 * <p>Threading: the thread that reads.
 */
public final class FaultBatch implements AutoCloseable {

  private final NativeMemory memory;
  private final ByteBuffer messages;
  private final int capacity;
  private int count;

  private FaultBatch(NativeMemory memory, int capacity) {
    this.memory = memory;
    this.messages = memory.buffer();
    this.capacity = capacity;
  }

  /**
   * Makes an empty batch.
   *
   * @param capacity how many faults one read may bring, at least one
   */
  public static FaultBatch allocate(int capacity) throws NativeIoException {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is not positive: " + capacity);
    }
    int lengthBytes = Math.multiplyExact(capacity, UffdAbi.MESSAGE_BYTES);
    return new FaultBatch(NativeMemory.allocate(lengthBytes), capacity);
  }

  public int capacity() {
    return capacity;
  }

  /** How many faults the last read brought. */
  public int count() {
    return count;
  }

  /** Address of the page's first byte in the process that owns the memory. */
  public long address(int index) {
    return messages.getLong(at(index) + UffdAbi.MESSAGE_ADDRESS) & -UffdAbi.PAGE_BYTES;
  }

  /** Whether the page is there and write-protected; otherwise it is missing. */
  public boolean writeProtect(int index) {
    return (flags(index) & UffdAbi.FLAG_WP) != 0;
  }

  /** Whether the thread wanted to write. */
  public boolean write(int index) {
    return (flags(index) & UffdAbi.FLAG_WRITE) != 0;
  }

  /** Id of the waiting thread, 0 where the kernel does not tell. */
  public int thread(int index) {
    return messages.getInt(at(index) + UffdAbi.MESSAGE_THREAD);
  }

  /** The fault as a value; allocates. */
  public PageFault fault(int index) {
    Kind kind = writeProtect(index) ? Kind.WRITE_PROTECTED : Kind.MISSING;
    return new PageFault(address(index), kind, write(index), thread(index));
  }

  @Override
  public void close() {
    count = 0;
    memory.close();
  }

  /** Where the kernel writes its messages. */
  ByteBuffer messages() {
    return messages;
  }

  long nativeAddress() {
    return memory.address();
  }

  int lengthBytes() {
    return capacity * UffdAbi.MESSAGE_BYTES;
  }

  /** Takes over what has been written to {@link #nativeAddress}. */
  int received(int bytes) throws NativeIoException {
    count = bytes / UffdAbi.MESSAGE_BYTES;
    for (int index = 0; index < count; index++) {
      int event = messages.get(at(index) + UffdAbi.MESSAGE_EVENT) & 0xff;
      if (event != UffdAbi.EVENT_PAGEFAULT) {
        throw new NativeIoException(
            "read of userfaultfd",
            0,
            String.format("read of userfaultfd brought event 0x%x, which nobody asked for", event));
      }
    }
    return count;
  }

  private long flags(int index) {
    return messages.getLong(at(index) + UffdAbi.MESSAGE_FLAGS);
  }

  private int at(int index) {
    return Objects.checkIndex(index, count) * UffdAbi.MESSAGE_BYTES;
  }
}
