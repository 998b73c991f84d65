package dev.marey.workbench.log;

import java.nio.file.Path;
import java.util.Map;

/** The file that everything worth knowing is written to. */
public final class LogFile {

  private LogFile() {}

  /** Of this user. */
  public static Path path() {
    return path(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** By {@code XDG_STATE_HOME}, or its default below {@code home}. */
  static Path path(Map<String, String> environment, Path home) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path folder = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
    return folder.resolve("marey").resolve("marey.log");
  }
}
