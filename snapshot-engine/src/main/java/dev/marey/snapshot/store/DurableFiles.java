package dev.marey.snapshot.store;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are either there as a whole or not at all, after a crash too.
 *
 * <p>A channel closes for good when the thread that uses it is interrupted, and tasks are cancelled
 * by interruption. So what needs a channel here is done with the interruption put off.
 *
 * <p>Threading: no state.
 */
public final class DurableFiles {

  /** What is done while an interruption waits. */
  @FunctionalInterface
  interface FileCall<T> {
    T run() throws IOException;
  }

  private DurableFiles() {}

  /**
   * Writes a file under a temporary name, syncs it, and gives it its name.
   *
   * @param bytes the whole content
   */
  public static void write(Path path, byte[] bytes) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    try {
      try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
        out.write(bytes);
        out.getFD().sync();
      }
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Path folder = path.getParent();
    if (folder != null) {
      syncFolder(folder);
    }
  }

  /** Makes the names in a folder durable. */
  public static void syncFolder(Path folder) throws IOException {
    uninterrupted(
        () -> {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            return folder;
          }
        });
  }

  static <T> T uninterrupted(FileCall<T> call) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return call.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
