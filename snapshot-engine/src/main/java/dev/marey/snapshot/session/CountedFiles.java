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
 * length, so that nobody has to walk the folder.
 *
 * <p>Threading: any; one thread at a time for one file.
 */
public final class CountedFiles {

  private final LongAdder bytes = new LongAdder();

  /** Counts what is in a folder and below, but not in {@code pages}. */
  static CountedFiles in(Path folder) throws IOException {
    CountedFiles files = new CountedFiles();
    try (Stream<Path> top = Files.list(folder)) {
      for (Path entry : top.filter(path -> !path.endsWith("pages")).toList()) {
        try (Stream<Path> all = Files.walk(entry)) {
          all.filter(Files::isRegularFile).forEach(file -> files.grew(length(file)));
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
    long before = length(path);
    try {
      SealedFile.write(path, kind, body);
    } finally {
      grew(length(path) - before);
    }
  }

  /** The same, but perhaps gone when the host ends. */
  void writeUnsynced(Path path, String kind, byte[] body) throws SnapshotException {
    long before = length(path);
    try {
      SealedFile.writeUnsynced(path, kind, body);
    } finally {
      grew(length(path) - before);
    }
  }

  /**
   * Deletes a file if it is there.
   *
   * @param what for the message, to follow "Could not delete"
   */
  void delete(Path path, String what) throws SnapshotException {
    long before = length(path);
    try {
      if (Files.deleteIfExists(path)) {
        grew(-before);
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("delete " + what, path, e);
    }
  }

  /** Says that some file has grown. */
  void grew(long byBytes) {
    bytes.add(byBytes);
  }
}
