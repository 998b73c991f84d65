package dev.marey.workbench.bench;

import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.Preload;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that opens a session, lets the guest run from a node, tells when it ran, and ends.
 * The session stays as it was.
 */
public final class ReopenProcess {

  private static final long PATIENCE_SECONDS = 60;

  private ReopenProcess() {}

  /**
   * The process.
   *
   * @param arguments the session's folder and the node's id
   */
  public static void main(String[] arguments) throws SnapshotException {
    long start = System.nanoTime();
    Preload.begin();
    try (Session session = Session.open(Path.of(arguments[0]))) {
      NodeId node = session.resolve(arguments[1]).id();
      LiveGuest live = LiveGuest.visit(session, node, RunAfter.RUN, bytes -> {});
      Instant running = Instant.now();
      long took = System.nanoTime() - start;
      live.abandon();
      System.out.println(
          "running " + running.getEpochSecond() + " " + running.getNano() + " " + took);
    }
  }

  /** Milliseconds until the guest ran. */
  record Running(double sinceProcessStart, double sinceMain) {}

  /** Starts the process with this one's Java, options and classes. */
  static Running run(Path session, NodeId node, StopRequest stop)
      throws IOException, BenchException, BenchStoppedException {
    stop.check();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ReopenProcess.class.getName(), session.toString(), node.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    Instant start = Instant.now();
    Process process = builder.start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("running ")) {
          return read(line, start);
        }
      }
      throw new BenchException(
          "A process that was to open the session "
              + session
              + " ended before the guest ran. What went wrong is in Marey's log.");
    } finally {
      end(process);
    }
  }

  private static Running read(String line, Instant start) {
    String[] words = line.split(" ", -1);
    Instant running = Instant.ofEpochSecond(Long.parseLong(words[1]), Long.parseLong(words[2]));
    return new Running(Millis.between(start, running), Long.parseLong(words[3]) / 1e6);
  }

  private static void end(Process process) throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("a process that opened a session did not end and was killed");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
