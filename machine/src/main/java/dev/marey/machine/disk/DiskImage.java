package dev.marey.machine.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A person's image file, read only. What the guest writes never goes there.
 *
 * <p>Threading: any.
 */
public interface DiskImage extends AutoCloseable {

  /** Length of the disk that the guest sees. */
  long lengthBytes();

  /**
   * Reads as many bytes as {@code into} has room for, up to 32 MiB; the range must lie in the disk.
   */
  void read(long offsetBytes, ByteBuffer into) throws IOException;

  @Override
  void close() throws IOException;
}
