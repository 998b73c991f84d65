package dev.marey.machine.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content of a disk, as an {@link NbdServer} serves it. Offsets and lengths are bytes without any
 * alignment; ranges lie within {@link #lengthBytes()}.
 *
 * <p>Threading: any; calls may overlap.
 */
public interface BlockDevice {

  /** Length of the disk. Never changes. */
  long lengthBytes();

  /** Whether every write is refused. */
  boolean readOnly();

  /**
   * Reads as many bytes as {@code into} has room for.
   *
   * @param into is full afterwards
   */
  void read(long offsetBytes, ByteBuffer into) throws IOException;

  /**
   * Writes all remaining bytes of {@code from}.
   *
   * @throws NoRoomException when the host's disk is full; nothing is lost and the write may be
   *     tried again
   */
  void write(long offsetBytes, ByteBuffer from) throws IOException;

  /** Makes the range read as zeroes, and gives back the room it took. */
  void zero(long offsetBytes, long lengthBytes) throws IOException;

  /** Returns when everything written before is as durable as this device makes it. */
  void flush() throws IOException;
}
