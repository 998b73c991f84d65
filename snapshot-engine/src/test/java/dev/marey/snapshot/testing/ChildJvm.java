package dev.marey.snapshot.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of the tests in a JVM of its own. */
public final class ChildJvm {

  private ChildJvm() {}

  /** The command; what it writes to standard error comes with its output. */
  public static List<String> command(Class<?> main, String... arguments) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx200m", "-XX:+UseSerialGC", "-cp", String.valueOf(classPath)));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  public static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** What a child has to tell its test among the lines of its log: those that begin with "> ". */
  public static List<String> said(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("> "))
        .map(line -> line.substring(2))
        .toList();
  }

  /**
   * Starts it where only it sees what a shell script mounts.
   *
   * @param script finds the folder as {@code $0}
   */
  public static Process startWithMount(String script, Path folder, List<String> command)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("unshare", "--mount"));
    if (!"root".equals(System.getProperty("user.name"))) {
      all.addAll(List.of("--user", "--map-root-user"));
    }
    all.addAll(List.of("sh", "-c", script + " && exec \"$@\"", folder.toString()));
    all.addAll(command);
    return start(all);
  }
}
