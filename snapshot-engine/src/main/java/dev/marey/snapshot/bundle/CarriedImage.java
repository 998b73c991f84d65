package dev.marey.snapshot.bundle;

import dev.marey.machine.disk.DiskImage;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The image of a disk in a bundle: the disk as the guest saw it before it wrote, whatever the
 * image's format and what it stood on.
 *
 * <pre>
 * per block that is not all zeroes, ascending:  0  number of the block  u32    4  content  4096
 * </pre>
 */
final class CarriedImage {

  static final int BLOCK_BYTES = 4096;

  private static final int CHUNK_BLOCKS = 64;
  private static final byte[] ZEROES = new byte[BLOCK_BYTES];

  private CarriedImage() {}

  @FunctionalInterface
  private interface BlockVisitor {
    void block(int number, byte[] chunk, int offset) throws IOException;
  }

  /** How many blocks are not all zeroes. */
  static int blocks(DiskImage image, Turn turn) throws IOException {
    int[] count = new int[1];
    forEach(image, turn, (number, chunk, offset) -> count[0]++);
    return count[0];
  }

  static void write(DiskImage image, OutputStream to, Turn turn) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    forEach(
        image,
        turn,
        (number, chunk, offset) -> {
          out.writeInt(number);
          out.write(chunk, offset, BLOCK_BYTES);
        });
    out.flush();
  }

  private static void forEach(DiskImage image, Turn turn, BlockVisitor visitor) throws IOException {
    long length = image.lengthBytes();
    byte[] chunk = new byte[CHUNK_BLOCKS * BLOCK_BYTES];
    for (long at = 0; at < length; at += chunk.length) {
      turn.at(at, length);
      int count = (int) Math.min(chunk.length, length - at);
      Arrays.fill(chunk, (byte) 0);
      image.read(at, ByteBuffer.wrap(chunk, 0, count));
      for (int offset = 0; offset < count; offset += BLOCK_BYTES) {
        if (!isZero(chunk, offset)) {
          visitor.block((int) ((at + offset) / BLOCK_BYTES), chunk, offset);
        }
      }
    }
  }

  static boolean isZero(byte[] chunk, int offset) {
    return Arrays.equals(chunk, offset, offset + BLOCK_BYTES, ZEROES, 0, BLOCK_BYTES);
  }

  /** Makes a raw image of an entry, with holes for zeroes. */
  static void unpack(CarriedDisk disk, InputStream entry, Path file) throws IOException {
    DataInputStream in = new DataInputStream(entry);
    long last = -1;
    byte[] block = new byte[BLOCK_BYTES];
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < disk.blocks(); i++) {
        long number = Integer.toUnsignedLong(in.readInt());
        in.readFully(block);
        long at = number * BLOCK_BYTES;
        if (number <= last || at >= disk.bytes()) {
          throw new BadBundleException(disk.entry() + " has a block " + number);
        }
        last = number;
        write(out, at, ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK_BYTES, disk.bytes() - at)));
      }
      endAt(out, disk.bytes());
      out.force(true);
    }
  }

  static void write(FileChannel file, long at, ByteBuffer bytes) throws IOException {
    long place = at;
    while (bytes.hasRemaining()) {
      place += file.write(bytes, place);
    }
  }

  /** Gives a file its length, with a hole where nothing was written. */
  static void endAt(FileChannel file, long length) throws IOException {
    if (file.size() < length) {
      write(file, length - 1, ByteBuffer.allocate(1));
    }
  }
}
