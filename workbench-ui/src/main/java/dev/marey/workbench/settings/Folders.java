package dev.marey.workbench.settings;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the workbench keeps things, by the XDG base directory specification.
 *
 * @param config settings and layout
 * @param data sessions of people who chose no folder themselves
 * @param cache what can be made again, such as the demo guest
 */
public record Folders(Path config, Path data, Path cache) {

  /** From {@code XDG_CONFIG_HOME} and its kin, or their defaults below {@code HOME}. */
  public static Folders of(Map<String, String> environment, Path home) {
    return new Folders(
        folder(environment, "XDG_CONFIG_HOME", home.resolve(".config")),
        folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")),
        folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")));
  }

  public static Folders ofThisUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The specification says that relative paths are to be ignored. */
  private static Path folder(Map<String, String> environment, String variable, Path standard) {
    Path base = Path.of(environment.getOrDefault(variable, ""));
    return (base.isAbsolute() ? base : standard).resolve("marey");
  }

  /** Where new sessions are made. */
  public Path sessions() {
    return data.resolve("sessions");
  }
}
