package dev.marey.snapshot.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk as the kernel shows it: what was written is read back from memory at once, and is on the
 * platter only after a sync that works. A sync that fails says so once; what it was to write counts
 * as written from then on. Some places cannot be read, if wanted.
 */
final class ForgetfulDisk implements Disk {

  private record Piece(int offset, ByteBuffer bytes) {}

  private final Map<Path, List<Piece>> inMemory = new TreeMap<>();
  private final Map<Path, List<Piece>> onPlatter = new TreeMap<>();
  private int failingSyncs;
  private int refusedLength = -1;
  private Runnable duringSync = () -> {};
  private int unreadableFrom = Integer.MAX_VALUE;
  private int unreadableTo = Integer.MAX_VALUE;

  synchronized void failSyncs(int count) {
    failingSyncs = count;
  }

  /** Something happens while the next sync is under way. */
  synchronized void duringNextSync(Runnable action) {
    duringSync = action;
  }

  /** Blocks without pages, which say how far the disk was synced, are not written any more. */
  synchronized void refuseNotes() {
    refusedLength = BlockFormat.ALIGNMENT;
  }

  synchronized void makeUnreadable(int from, int to) {
    unreadableFrom = from;
    unreadableTo = to;
  }

  /** The host goes down: files are what is on the platter. */
  synchronized void loseMemory(Path folder) throws IOException {
    for (Path path : StoredPages.files(folder)) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        long length = file.length();
        file.setLength(0);
        file.setLength(length);
        for (Piece piece : onPlatter.getOrDefault(path, List.of())) {
          byte[] bytes = new byte[piece.bytes.capacity()];
          piece.bytes.get(0, bytes);
          file.seek(piece.offset);
          file.write(bytes);
        }
      }
    }
    inMemory.clear();
  }

  @Override
  public synchronized void read(
      Path path, MappedByteBuffer mapping, int offset, byte[] into, int length) {
    if (offset < unreadableTo && offset + length > unreadableFrom) {
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }
    Disk.HOST.read(path, mapping, offset, into, length);
  }

  @Override
  public synchronized void write(
      Path path, RandomAccessFile file, int offset, byte[] bytes, int length) throws IOException {
    if (offset > 0 && length == refusedLength) {
      throw new IOException("No space left on device");
    }
    Disk.HOST.write(path, file, offset, bytes, length);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, 0, copy, 0, length);
    inMemory
        .computeIfAbsent(path, key -> new ArrayList<>())
        .add(new Piece(offset, ByteBuffer.wrap(copy)));
  }

  @Override
  public synchronized void sync(Path path, RandomAccessFile file) throws IOException {
    List<Piece> pieces = inMemory.remove(path);
    Runnable meanwhile = duringSync;
    duringSync = () -> {};
    meanwhile.run();
    if (failingSyncs > 0) {
      failingSyncs--;
      throw new IOException("Input/output error");
    }
    if (pieces != null) {
      onPlatter.computeIfAbsent(path, key -> new ArrayList<>()).addAll(pieces);
    }
  }
}
