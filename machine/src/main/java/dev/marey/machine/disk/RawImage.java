package dev.marey.machine.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A raw image: the bytes of the disk are those of the file. QEMU rounds its length to sectors. */
public final class RawImage implements DiskImage {

  private static final int SECTOR_BYTES = 512;

  private final FileChannel file;
  private final long fileBytes;

  private RawImage(FileChannel file, long fileBytes) {
    this.file = file;
    this.fileBytes = fileBytes;
  }

  public static RawImage open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new RawImage(file, file.size());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public long lengthBytes() {
    return (fileBytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    long at = offsetBytes;
    while (into.hasRemaining()) {
      if (at >= fileBytes && at < lengthBytes()) {
        into.put((byte) 0);
        at++;
        continue;
      }
      int got = file.read(into, at);
      if (got < 0) {
        throw new EOFException("the image has become shorter than " + fileBytes + " bytes");
      }
      at += got;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
