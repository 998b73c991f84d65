package dev.marey.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Private folder for sockets and scratch files of one live guest, deleted with it. It lies in the
 * user's runtime folder or the temporary one, because a Unix socket's path must be short.
 */
final class ScratchFolder implements AutoCloseable {

  private final Path path;
  private final AtomicInteger machines = new AtomicInteger();

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
    try (Stream<Path> files = Files.walk(path)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException | UncheckedIOException e) {
      org.slf4j.LoggerFactory.getLogger(ScratchFolder.class)
          .debug("scratch folder stays: {}", e.getMessage());
    }
  }
}
