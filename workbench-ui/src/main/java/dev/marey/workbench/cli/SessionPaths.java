package dev.marey.workbench.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/**
 * How people name sessions: by a path; an existing one also by its name in the sessions folder.
 *
 * @param workingFolder where relative paths start
 * @param sessionsFolder where sessions are made for people who choose no folder
 */
record SessionPaths(Path workingFolder, Path sessionsFolder) {

  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm");

  static SessionPaths of(Terminal terminal) {
    return new SessionPaths(terminal.workingFolder(), terminal.folders().sessions());
  }

  /** Where an existing session is. */
  Path existing(String name) {
    Path path = made(name);
    boolean plain = !name.contains("/") && !name.isEmpty() && !name.startsWith(".");
    return plain && !Files.exists(path) && Files.isDirectory(sessionsFolder.resolve(name))
        ? sessionsFolder.resolve(name)
        : path;
  }

  /** Where a new session is to be. */
  Path made(String name) {
    return workingFolder.resolve(name).normalize();
  }

  /** A new name such as {@code demo-2026-11-23-1712} in the sessions folder. */
  Path fresh(String prefix, LocalDateTime now) {
    String name = prefix + "-" + now.format(MINUTE);
    Path path = sessionsFolder.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = sessionsFolder.resolve(name + "-" + i);
    }
    return path;
  }
}
