package dev.marey.machine;

import dev.marey.machine.console.SerialConsole;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operating-system side of a machine: the process, its private folder, its output. Owns them
 * until the process is reaped.
 *
 * <p>Threading: any.
 */
final class QemuProcess {

  private static final Logger LOG = LoggerFactory.getLogger(QemuProcess.class);

  /**
   * What QEMU gives back to its heap stays its own: a reset and a load of a device state take and
   * give back a mebibyte, page fault by page fault otherwise (mallopt(3)).
   */
  private static final Map<String, String> HEAP =
      Map.of(
          "MALLOC_TRIM_THRESHOLD_", Integer.toString(128 << 20),
          "MALLOC_MMAP_THRESHOLD_", Integer.toString(32 << 20));

  private static final long OUTPUT_MILLIS = 500;
  private static final long LAST_WORDS_MILLIS = 2000;
  private static final long KILL_MILLIS = 10_000;

  private final RunFolder folder;
  private final Process process;
  private final ProcessOutput output;
  private final ServerSocketChannel qmpServer;
  private final Optional<ServerSocketChannel> consoleServer;
  private final Optional<Path> vncSocket;
  private final String name;
  private final CompletableFuture<MachineExit> exit = new CompletableFuture<>();
  private final Thread hook;
  private volatile boolean endExpected;

  private QemuProcess(
      RunFolder folder,
      Process process,
      ServerSocketChannel qmpServer,
      Optional<ServerSocketChannel> consoleServer,
      Optional<Path> vncSocket) {
    this.folder = folder;
    this.process = process;
    this.qmpServer = qmpServer;
    this.consoleServer = consoleServer;
    this.vncSocket = vncSocket;
    this.name = "qemu " + process.pid();
    this.output = new ProcessOutput(process.getInputStream(), name);
    this.hook = new Thread(process::destroyForcibly, name + " at exit");
  }

  static QemuProcess start(MachineRequest request, QemuBinary binary) throws MachineException {
    String ramId = binary.ramId(request.guest().machineType());
    RunFolder folder = RunFolder.createIn(request.runFolder());
    List<ServerSocketChannel> servers = new ArrayList<>();
    try {
      servers.add(folder.listen(QemuArguments.QMP));
      if (request.guest().console()) {
        servers.add(folder.listen(QemuArguments.CONSOLE));
      }
      Optional<Path> screen =
          request.guest().screen()
              ? Optional.of(folder.socket(QemuArguments.SCREEN))
              : Optional.empty();
      ProcessBuilder builder =
          new ProcessBuilder(QemuArguments.of(request, ramId, folder, screen))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"));
      HEAP.forEach(builder.environment()::putIfAbsent);
      builder.environment().putAll(request.extraEnvironment());
      QemuProcess started =
          new QemuProcess(
              folder,
              builder.start(),
              servers.get(0),
              servers.size() > 1 ? Optional.of(servers.get(1)) : Optional.empty(),
              screen);
      started.watch();
      return started;
    } catch (IOException e) {
      servers.forEach(QemuProcess::close);
      folder.delete();
      throw new MachineException(
          "Starting " + request.guest().qemu() + " failed: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Private folder for sockets and scratch files; goes with the process. */
  Path folder() {
    return folder.path();
  }

  String name() {
    return name;
  }

  Optional<Path> vncSocket() {
    return vncSocket;
  }

  CompletableFuture<MachineExit> exit() {
    return exit;
  }

  /** Waits until QEMU has connected; fails as soon as it has ended. */
  SocketChannel acceptQmp(Deadline deadline) throws MachineException {
    return accept(qmpServer, deadline);
  }

  Optional<SerialConsole> acceptConsole(Deadline deadline) throws MachineException {
    if (consoleServer.isEmpty()) {
      return Optional.empty();
    }
    SocketChannel channel = accept(consoleServer.get(), deadline);
    try {
      return Optional.of(new SerialConsole(channel, name));
    } catch (IOException e) {
      throw new MachineException("Connecting the guest's console failed: " + e.getMessage(), e);
    }
  }

  private SocketChannel accept(ServerSocketChannel server, Deadline deadline)
      throws MachineException {
    try (server;
        ChannelWait wait = new ChannelWait(deadline, this::checkRuns)) {
      return wait.accept(server);
    } catch (IOException e) {
      throw new MachineException(describeEnd(), e);
    }
  }

  private void checkRuns() throws MachineException {
    if (exit.isDone()) {
      throw new MachineException(exit.join().describe());
    }
  }

  /** The process's end from now on is our doing. */
  void expectEnd() {
    endExpected = true;
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Returns when the process and its folder are gone, or after ten seconds. */
  void killAndReap() {
    expectEnd();
    kill();
    if (awaitExit(KILL_MILLIS).isEmpty()) {
      LOG.error("{} did not end within {} ms of SIGKILL", name, KILL_MILLIS);
    }
  }

  private Optional<MachineExit> awaitExit(long millis) {
    return await(exit, millis);
  }

  /** Waits for an end, also on a thread that is interrupted; empty if the time was too short. */
  static Optional<MachineExit> await(CompletableFuture<MachineExit> exit, long millis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return Optional.of(exit.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
          return Optional.empty();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How the process ended, or that it has not; waits a moment for an end that is under way. */
  String describeEnd() {
    return awaitExit(LAST_WORDS_MILLIS)
        .map(MachineExit::describe)
        .orElseGet(() -> "QEMU closed the connection." + said());
  }

  /** That it runs and is silent. */
  String describeSilence(Duration time) {
    return "QEMU (pid "
        + pid()
        + ") has started, but not answered for "
        + time.toSeconds()
        + " s."
        + said()
        + " It may wait for a disk or server that its command line names: see whether that answers.";
  }

  /** A sentence with what it has printed and how it has ended, if either tells something. */
  String describeWords() {
    Optional<MachineExit> end = process.isAlive() ? Optional.empty() : awaitExit(LAST_WORDS_MILLIS);
    if (output.lastWords().isBlank()) {
      return "";
    }
    return end.map(how -> " " + how.describe()).orElseGet(this::said);
  }

  private String said() {
    String words = output.lastWords().strip();
    return words.isEmpty() ? " It said nothing." : " It said: " + words;
  }

  private void watch() throws MachineException {
    boolean hooked = addHook();
    Thread watcher = new Thread(this::awaitEnd, name + " end");
    watcher.setDaemon(true);
    watcher.start();
    if (!hooked) {
      killAndReap();
      throw new MachineException("No guest is started any more: Marey is ending.");
    }
  }

  private boolean addHook() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      return true;
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is ending", e);
      return false;
    }
  }

  private void awaitEnd() {
    try {
      int code = process.waitFor();
      output.awaitEnd(OUTPUT_MILLIS);
      close(qmpServer);
      consoleServer.ifPresent(QemuProcess::close);
      folder.delete();
      removeHook();
      exit.complete(new MachineExit(code, endExpected, output.lastWords()));
    } catch (InterruptedException e) {
      // nobody interrupts this thread; if the JVM does, the process goes too
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.trace("the JVM is ending", e);
    }
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("closing a listening socket", e);
    }
  }
}
