package dev.marey.workbench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers sessions that were opened from outside the folder of sessions, one path a line. A list
 * that cannot be read or written costs the memory, nothing else.
 *
 * <p>Threading: any (lock: this).
 */
final class OtherSessions {

  private static final Logger LOG = LoggerFactory.getLogger(OtherSessions.class);
  private static final int MOST = 50;

  private final Path file;

  OtherSessions(Path file) {
    this.file = file;
  }

  synchronized List<Path> all() {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).map(Path::of).toList()
          : List.of();
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("the list of opened sessions {} cannot be read", file, e);
      return List.of();
    }
  }

  synchronized void remember(Path session) {
    List<Path> paths = new ArrayList<>(all());
    paths.remove(session);
    paths.add(0, session);
    write(paths);
  }

  synchronized void forget(Path session) {
    List<Path> paths = new ArrayList<>(all());
    if (paths.remove(session)) {
      write(paths);
    }
  }

  private void write(List<Path> paths) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, paths.stream().limit(MOST).map(Path::toString).toList());
    } catch (IOException e) {
      LOG.warn("the list of opened sessions {} cannot be written", file, e);
    }
  }
}
