package dev.marey.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is there whole or not at all, and replaces none: while it is written it is called
 * {@code FILE.<some id>.part}.
 */
public final class NewFile {

  private NewFile() {}

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel file) throws IOException, SnapshotException;
  }

  /**
   * Makes the file.
   *
   * @param content gets an empty file
   * @throws SnapshotException if the file is there already or cannot be written; nothing is left
   *     behind then
   */
  public static void write(Path file, Content content) throws SnapshotException {
    if (Files.exists(file)) {
      throw new SnapshotException(
          "Could not export to " + file + ": it is there already. Choose another name.");
    }
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    boolean done = false;
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(part, file);
      done = true;
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the export", file, e);
    } finally {
      if (!done) {
        delete(part);
      }
    }
  }

  static void delete(Path file) throws SnapshotException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw SnapshotException.ofFile("remove the unfinished", file, e);
    }
  }
}
