package dev.marey.snapshot.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file of the page store. Read through a mapping, written with plain writes: neither can be
 * broken by the interruption of a thread, as a {@code FileChannel} would be. While it is written
 * the file has its full length with a hole behind the data; {@link #finish} cuts that off.
 *
 * <p>Threading: {@link #read} by any thread below {@link #end()}; the rest by the store's lock.
 */
final class Segment {

  private final int number;
  private final Path path;
  private final RandomAccessFile file;
  private final MappedByteBuffer mapping;
  private final int capacityBytes;
  private volatile int end;

  private Segment(int number, Path path, RandomAccessFile file, int capacity, int end)
      throws IOException {
    this.number = number;
    this.path = path;
    this.file = file;
    this.capacityBytes = capacity;
    this.end = end;
    this.mapping = file.getChannel().map(MapMode.READ_ONLY, 0, capacity);
  }

  /** Makes a new file with a header. */
  static Segment create(Path path, int number, byte[] header, int capacityBytes)
      throws IOException {
    return DurableFiles.uninterrupted(() -> tryCreate(path, number, header, capacityBytes));
  }

  private static Segment tryCreate(Path path, int number, byte[] header, int capacityBytes)
      throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.setLength(0);
      file.write(header);
      file.setLength(capacityBytes);
      return new Segment(number, path, file, capacityBytes, header.length);
    } catch (IOException e) {
      file.close();
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Opens an existing file; {@link #cutTo} says later where its data ends. */
  static Segment open(Path path, int number) throws IOException {
    return DurableFiles.uninterrupted(() -> tryOpen(path, number));
  }

  private static Segment tryOpen(Path path, int number) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      int length = (int) Math.min(file.length(), PageIndex.MAX_SEGMENT_BYTES);
      return new Segment(number, path, file, length, length);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  int number() {
    return number;
  }

  Path path() {
    return path;
  }

  /** Offset after the last byte that was written, in bytes. */
  int end() {
    return end;
  }

  boolean hasRoomFor(int bytes) {
    return end + bytes <= capacityBytes;
  }

  /** Appends all or nothing: after a failure the file ends where it did before. */
  void append(byte[] bytes, int length) throws IOException {
    int start = end;
    try {
      file.seek(start);
      file.write(bytes, 0, length);
    } catch (IOException e) {
      try {
        file.setLength(start);
        file.setLength(capacityBytes);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    end = start + length;
  }

  /**
   * Copies bytes that lie before {@link #end()}.
   *
   * @return false if the disk could not deliver them
   */
  boolean read(int offset, byte[] into, int length) {
    if (offset < 0 || length < 0 || offset + length > end) {
      return false;
    }
    try {
      mapping.get(offset, into, 0, length);
      return true;
    } catch (InternalError e) {
      // How the JVM reports a bus error: an unreadable sector, or a file cut off under us.
      return false;
    }
  }

  void sync() throws IOException {
    file.getFD().sync();
  }

  /** Says that data ends here. */
  void cutTo(int newEnd) {
    end = newEnd;
  }

  /** Cuts off what lies behind the data and closes the file for writing; reading goes on. */
  void finish() throws IOException {
    try {
      if (file.length() != end) {
        file.setLength(end);
      }
    } finally {
      file.close();
    }
  }
}
