package dev.marey.snapshot.disk;

import dev.marey.machine.disk.DiskImage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An image that several readers share, the running guest among them. An interruption of one of them
 * would close the file or the connection for all, so it is put off until the read is over.
 *
 * <p>Threading: any.
 */
final class SteadyImage implements DiskImage {

  private final DiskImage image;

  SteadyImage(DiskImage image) {
    this.image = image;
  }

  @Override
  public long lengthBytes() {
    return image.lengthBytes();
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      image.read(offsetBytes, into);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
