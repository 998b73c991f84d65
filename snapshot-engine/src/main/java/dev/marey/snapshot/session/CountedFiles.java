package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The files of a session outside its page store: writes and deletes them, and keeps count of their
 * length, so that nobody has to walk the folder. In a session that is only read, what would tidy up
 * or note something does nothing.
 *
 * <p>Threading: any; one thread at a time for one file.
 */
public final class CountedFiles {

  /** What changes the length of a file. */
  @FunctionalInterface
  private interface FileChange {
    void make() throws SnapshotException;
  }

  private final LongAdder bytes = new LongAdder();
  private final boolean writable;

  private CountedFiles(boolean writable) {
    this.writable = writable;
  }

  /**
   * Counts what is in a folder and below, but not in {@code pages}. Files that a crash left half
   * written are removed.
   */
  static CountedFiles in(Path folder, boolean writable) throws IOException {
    CountedFiles files = new CountedFiles(writable);
    try (Stream<Path> top = Files.list(folder)) {
      for (Path entry : top.filter(path -> !path.endsWith("pages")).toList()) {
        try (Stream<Path> all = Files.walk(entry)) {
          all.filter(Files::isRegularFile)
              .filter(file -> !writable || !Leftover.remove(folder, file))
              .forEach(file -> files.grew(length(file)));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Zero if there is no such file. */
  private static long length(Path file) {
    return file.toFile().length();
  }

  /** Length of all files, in bytes. */
  public long bytes() {
    return bytes.sum();
  }

  /** Writes a sealed file; durable when it returns. */
  void write(Path path, String kind, byte[] body) throws SnapshotException {
    counting(path, () -> SealedFile.write(path, kind, body));
  }

  /** The same, but perhaps gone when the host ends. */
  void writeUnsynced(Path path, String kind, byte[] body) throws SnapshotException {
    counting(path, () -> SealedFile.writeUnsynced(path, kind, body));
  }

  /**
   * Deletes a file if it is there.
   *
   * @param what for the message, to follow "Could not delete"
   */
  void delete(Path path, String what) throws SnapshotException {
    counting(
        path,
        () -> {
          try {
            Files.deleteIfExists(path);
          } catch (IOException e) {
            throw SnapshotException.ofFile("delete " + what, path, e);
          }
        });
  }

  private void counting(Path path, FileChange change) throws SnapshotException {
    if (!writable) {
      return;
    }
    long before = length(path);
    try {
      change.make();
    } finally {
      grew(length(path) - before);
    }
  }

  /** Says that some file has grown. */
  void grew(long byBytes) {
    bytes.add(byBytes);
  }
}
