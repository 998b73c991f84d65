package dev.marey.workbench.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal we run in, passing each key on as it is typed, without an echo of its own: the guest
 * does that. Ctrl+C stays ours. Put back as it was when closed.
 *
 * <p>Threading: one thread.
 */
final class RawTerminal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RawTerminal.class);
  private static final File TERMINAL = new File("/dev/tty");
  private static final long STTY_SECONDS = 5;

  private final Optional<String> before;

  private RawTerminal(Optional<String> before) {
    this.before = before;
  }

  /** Does nothing where standard input or output is no terminal. */
  static RawTerminal take() {
    if (!isTerminal(0) || !isTerminal(1)) {
      return new RawTerminal(Optional.empty());
    }
    Optional<String> before = stty(List.of("-g"));
    if (before.isPresent()) {
      stty(List.of("-icanon", "-echo", "min", "1", "time", "0"));
    }
    return new RawTerminal(before);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String path = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return path.startsWith("/dev/pts/") || path.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> stty(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectInput(TERMINAL).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
      return done ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      LOG.debug("stty: {}", e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    before.ifPresent(settings -> stty(List.of(settings)));
  }

  @Override
  public String toString() {
    return before.isPresent() ? "raw" : "none";
  }
}
