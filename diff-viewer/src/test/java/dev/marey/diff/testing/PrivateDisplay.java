package dev.marey.diff.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;

/**
 * An X server of our own, without a monitor, that ends with this Java process however that ends: a
 * shell holds it and reads from a pipe whose other end is ours, so even a killed test leaves no
 * server behind. The server picks a free display number itself.
 *
 * <p>Threading: any; immutable after {@link #start}.
 */
public final class PrivateDisplay implements AutoCloseable {

  /** System property with the size of the screen, {@code 1280x800x24} unless set. */
  public static final String SIZE_PROPERTY = "marey.test.screen";

  private static final long START_SECONDS = 30;

  /** {@code $1} size, {@code $2} log file. The display number comes out at stdout. */
  private static final String HOLDER =
      "Xvfb -displayfd 3 -screen 0 \"$1\" -nolisten tcp 3>&1 >\"$2\" 2>&1 & x=$!; exec >&-; "
          + "read -r _; kill $x; wait $x; rm -f \"$2\"";

  /** The C environment, which GTK reads; Java's own copy is not changed. */
  public interface Environment {
    int setenv(String name, String value, int overwrite);

    int unsetenv(String name);
  }

  private final Process holder;
  private final String name;

  private PrivateDisplay(Process holder, String name) {
    this.holder = holder;
    this.name = name;
  }

  /**
   * Starts a server and waits until it takes connections.
   *
   * @param searchPath folders as in {@code PATH}
   * @throws IllegalStateException if Xvfb is not there or doesn't start; says what to do
   */
  public static PrivateDisplay start(String searchPath) {
    if (Stream.of(searchPath.split(File.pathSeparator))
        .noneMatch(folder -> Files.isExecutable(Path.of(folder, "Xvfb")))) {
      throw new IllegalStateException(
          "Window tests need an X server without a monitor, and there is no Xvfb in "
              + searchPath
              + ". Install it: apt-get install xvfb libgtk-3-0 libxtst6");
    }
    try {
      Path log = Files.createTempFile("marey-xvfb", ".log");
      String size = System.getProperty(SIZE_PROPERTY, "1280x800x24");
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-c", HOLDER, "sh", size, log.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("PATH", searchPath);
      Process holder = builder.start();
      String number = displayNumber(holder);
      if (number.isEmpty()) {
        String words = Files.readString(log);
        holder.getOutputStream().close();
        throw new IllegalStateException(
            "Xvfb -screen 0 " + size + " did not start within " + START_SECONDS + " s. " + words);
      }
      return new PrivateDisplay(holder, ":" + number);
    } catch (IOException e) {
      throw new IllegalStateException("Xvfb could not be started: " + e.getMessage(), e);
    }
  }

  /** First line the server writes; empty when it ends or keeps silent. */
  private static String displayNumber(Process holder) {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try (var reader =
                  new BufferedReader(
                      new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII))) {
                String text = reader.readLine();
                return text == null ? "" : text.strip();
              } catch (IOException e) {
                return "";
              }
            });
    try {
      return line.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** As in the variable DISPLAY: {@code :7}. */
  public String name() {
    return name;
  }

  /** What a child process needs in its environment to draw here. */
  public Map<String, String> environment() {
    return Map.of("DISPLAY", name, "GDK_BACKEND", "x11");
  }

  /** Makes a toolkit started later in this process use this display and no other. */
  public void adopt() {
    Environment environment = LibraryLoader.create(Environment.class).load("c");
    environment().forEach((key, value) -> environment.setenv(key, value, 1));
    List.of("WAYLAND_DISPLAY", "XAUTHORITY").forEach(environment::unsetenv);
  }

  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
      holder.waitFor(START_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      holder.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
