package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a session that is being made. What was made goes again if that fails, so that the
 * next try finds it as this one did.
 *
 * <p>Threading: one thread.
 */
final class NewFolder {

  private static final Logger LOG = LoggerFactory.getLogger(NewFolder.class);

  private final Path path;
  private final boolean wasThere;

  private NewFolder(Path path, boolean wasThere) {
    this.path = path;
    this.wasThere = wasThere;
  }

  /** Makes a folder unless there is one that has at most {@link OwnFiles} in it. */
  static NewFolder make(Path path) throws SnapshotException {
    if (Files.exists(path.resolve("session"))) {
      throw new SnapshotException(
          "Could not create a session in "
              + path
              + ": there is one already. Open it, or choose another folder.");
    }
    boolean wasThere = Files.exists(path);
    try {
      Files.createDirectories(path);
      try (Stream<Path> inside = Files.list(path)) {
        if (inside.anyMatch(entry -> !entry.endsWith(OwnFiles.FOLDER))) {
          throw new SnapshotException(
              "Could not create a session in "
                  + path
                  + ": the folder is not empty. Choose another one.");
        }
      }
      return new NewFolder(path, wasThere);
    } catch (IOException e) {
      throw SnapshotException.ofFile("create a session", path, e);
    }
  }

  /** Keeps others out of it. */
  SessionLock lock() throws SnapshotException {
    try {
      return SessionLock.take(path);
    } catch (SnapshotException e) {
      // Somebody else's, if there is anything in it by now.
      removeIfEmpty();
      throw e;
    }
  }

  /** Removes what was made, while nobody else may use it. */
  void remove() {
    try (Stream<Path> inside = Files.walk(path)) {
      Path own = path.resolve(OwnFiles.FOLDER);
      for (Path file : inside.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(path) && !file.startsWith(own)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.info("half a session stays in {}: {}", path, e.getMessage());
    }
    removeIfEmpty();
  }

  private void removeIfEmpty() {
    if (!wasThere) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.info("the folder {} stays: {}", path, e.getMessage());
      }
    }
  }
}
