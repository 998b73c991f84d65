package dev.marey.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Private folder for sockets and scratch files of one live guest, deleted with it. It lies in the
 * user's runtime folder or the temporary one, because a Unix socket's path must be short.
 */
final class ScratchFolder implements AutoCloseable {

  private final Path path;
  private final AtomicInteger machines = new AtomicInteger();

  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);

  private ScratchFolder(Path path) {
    this.path = path;
  }

  static ScratchFolder create() throws SnapshotException {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path parent =
        runtime != null && Files.isWritable(Path.of(runtime))
            ? Path.of(runtime)
            : Path.of(System.getProperty("java.io.tmpdir"));
    try {
      return new ScratchFolder(
          Files.createTempDirectory(
              parent,
              "marey-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    } catch (IOException e) {
      throw new SnapshotException(
          "No folder for the guest's sockets could be made in " + parent + ": " + e.getMessage(),
          e);
    }
  }

  Path path() {
    return path;
  }

  /** A new empty folder for one QEMU process. */
  Path next() throws SnapshotException {
    try {
      return Files.createDirectory(path.resolve("m" + machines.incrementAndGet()));
    } catch (IOException e) {
      throw new SnapshotException("No folder for QEMU's sockets: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    remove(path, false);
  }

  /**
   * Deletes everything in a folder that is of no use any more, as far as that goes.
   *
   * @param keepIt whether the folder itself stays
   */
  static void remove(Path folder, boolean keepIt) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!keepIt || !file.equals(folder)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} stays: {}", folder, e.getMessage());
    }
  }
}
