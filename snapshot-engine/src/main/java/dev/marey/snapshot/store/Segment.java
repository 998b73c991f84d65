package dev.marey.snapshot.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * One file of the page store. Read through a mapping, written with plain writes: neither can be
 * broken by the interruption of a thread, as a {@code FileChannel} would be. While it is written
 * the file has its full length with a hole behind the data; {@link #finish} cuts that off.
 *
 * <p>Threading: {@link #read} by any thread below {@link #end()}; {@link #sync} and {@link
 * #writeAgain} by one at a time; the rest by the store's lock.
 */
final class Segment {

  private static final int PIECE_BYTES = 1 << 16;

  private final int number;
  private final Path path;
  private final RandomAccessFile file;
  private final MappedByteBuffer mapping;
  private final int capacityBytes;
  private final Disk disk;
  private boolean left;
  private volatile int end;
  private volatile long holeBytes;

  private Segment(int number, Path path, RandomAccessFile file, int capacity, int end, Disk disk)
      throws IOException {
    this.number = number;
    this.path = path;
    this.file = file;
    this.capacityBytes = capacity;
    this.end = end;
    this.disk = disk;
    this.mapping = file.getChannel().map(MapMode.READ_ONLY, 0, capacity);
  }

  /** Makes a new file with a header. Its name is durable when its folder is synced. */
  static Segment create(Path path, int number, byte[] header, int capacityBytes, Disk disk)
      throws IOException {
    return DurableFiles.uninterrupted(() -> tryCreate(path, number, header, capacityBytes, disk));
  }

  private static Segment tryCreate(
      Path path, int number, byte[] header, int capacityBytes, Disk disk) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    boolean made = false;
    try {
      file.setLength(0);
      disk.write(path, file, 0, header, header.length);
      file.setLength(capacityBytes);
      Segment segment = new Segment(number, path, file, capacityBytes, header.length, disk);
      made = true;
      return segment;
    } finally {
      if (!made) {
        file.close();
        Files.deleteIfExists(path);
      }
    }
  }

  /**
   * Opens an existing file; {@link #cutTo} says later where its data ends.
   *
   * @param writable whether it may be cut there
   */
  static Segment open(Path path, int number, boolean writable, Disk disk) throws IOException {
    return DurableFiles.uninterrupted(() -> tryOpen(path, number, writable, disk));
  }

  private static Segment tryOpen(Path path, int number, boolean writable, Disk disk)
      throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), writable ? "rw" : "r");
    boolean opened = false;
    try {
      int length = (int) Math.min(file.length(), PageIndex.MAX_SEGMENT_BYTES);
      Segment segment = new Segment(number, path, file, length, length, disk);
      opened = true;
      return segment;
    } finally {
      if (!opened) {
        file.close();
      }
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

  /** Room that the file takes on disk, without holes. */
  long dataBytes() {
    return end - holeBytes;
  }

  /** Room before the end of the data that the file does not take on disk. */
  long holeBytes() {
    return holeBytes;
  }

  boolean hasRoomFor(int bytes) {
    return end + bytes <= capacityBytes;
  }

  /** Appends all or nothing: after a failure the file ends where it did before. */
  void append(byte[] bytes, int length) throws IOException {
    int start = end;
    try {
      disk.write(path, file, start, bytes, length);
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
      disk.read(path, mapping, offset, into, length);
      return true;
    } catch (InternalError e) {
      return false;
    }
  }

  void sync() throws IOException {
    disk.sync(path, file);
  }

  /** Writes what is there already, so that the next sync brings it to the disk. */
  void writeAgain(int from) throws IOException {
    // Its own place in the file: appending goes on meanwhile.
    try (RandomAccessFile again = new RandomAccessFile(path.toFile(), "rw")) {
      byte[] piece = new byte[PIECE_BYTES];
      int to = end;
      for (int at = from; at < to; at += PIECE_BYTES) {
        int length = Math.min(PIECE_BYTES, to - at);
        if (!read(at, piece, length)) {
          throw new IOException("what was written cannot be read back");
        }
        disk.write(path, again, at, piece, length);
      }
    }
  }

  /** Says that data ends here. */
  void cutTo(int newEnd) {
    end = newEnd;
  }

  /** Looks how much of the file is holes. */
  void measureHoles() throws IOException {
    try (SparseFile sparse = SparseFile.openReadOnly(path)) {
      holeBytes = end - sparse.dataBytes(end);
    }
  }

  /** Which blocks of {@link SparseFile#BLOCK_BYTES} before the end lie in holes whole. */
  BitSet holes() throws IOException {
    try (SparseFile sparse = SparseFile.openReadOnly(path)) {
      return sparse.holes(end);
    }
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

  /** Closes the file for writing and leaves it as it is, with what nobody understands in it. */
  void leave() throws IOException {
    left = true;
    file.close();
  }

  /** Whether there may be more in the file than could be read. */
  boolean isLeft() {
    return left;
  }
}
