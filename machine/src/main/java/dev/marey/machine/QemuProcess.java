package dev.marey.machine;

import dev.marey.machine.console.SerialConsole;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  private static final String QMP = "q";
  private static final String CONSOLE = "c";
  private static final String SCREEN = "v";
  private static final long OUTPUT_MILLIS = 500;
  private static final long LAST_WORDS_MILLIS = 2000;

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
      servers.add(folder.listen(QMP));
      if (request.guest().console()) {
        servers.add(folder.listen(CONSOLE));
      }
      Optional<Path> screen =
          request.guest().screen() ? Optional.of(folder.socket(SCREEN)) : Optional.empty();
      ProcessBuilder builder =
          new ProcessBuilder(arguments(request, ramId, folder, screen))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"));
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

  private static List<String> arguments(
      MachineRequest request, String ramId, RunFolder folder, Optional<Path> screen) {
    GuestDefinition guest = request.guest();
    List<String> line = new ArrayList<>();
    line.add(guest.qemu().toString());
    List<String> machine = new ArrayList<>();
    if (!guest.machineType().isEmpty()) {
      machine.add(guest.machineType());
    }
    if (!guest.machineOptions().isEmpty()) {
      machine.add(guest.machineOptions());
    }
    machine.add("memory-backend=" + ramId);
    line.addAll(List.of("-machine", String.join(",", machine)));
    line.addAll(List.of("-m", "size=" + guest.ramBytes() + "B"));
    line.addAll(
        List.of(
            "-object",
            "memory-backend-file,id="
                + ramId
                + ",size="
                + guest.ramBytes()
                + "B,mem-path="
                + request.ram().path()
                + ",share=on"));
    String console = folder.socket(CONSOLE).toString().replace(",", ",,");
    for (String argument : guest.arguments()) {
      line.add(argument.replace(GuestDefinition.CONSOLE_SOCKET, console));
    }
    line.addAll(List.of("-monitor", "none"));
    line.addAll(List.of("-chardev", "socket,id=marey.qmp,path=" + escape(folder.socket(QMP))));
    line.addAll(List.of("-mon", "chardev=marey.qmp,mode=control"));
    if (screen.isPresent()) {
      line.addAll(List.of("-vnc", "unix:" + escape(screen.get())));
    } else {
      line.addAll(List.of("-display", "none"));
    }
    line.addAll(List.of("-action", "shutdown=pause,panic=pause", "-S"));
    if (request.role() == MachineRequest.Role.STANDBY) {
      line.addAll(List.of("-incoming", "defer"));
    }
    return line;
  }

  private static String escape(Path path) {
    return path.toString().replace(",", ",,");
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
  SocketChannel acceptQmp() throws MachineException {
    return accept(qmpServer);
  }

  Optional<SerialConsole> acceptConsole() throws MachineException {
    if (consoleServer.isEmpty()) {
      return Optional.empty();
    }
    SocketChannel channel = accept(consoleServer.get());
    try {
      return Optional.of(new SerialConsole(channel, name));
    } catch (IOException e) {
      throw new MachineException("Connecting the guest's console failed: " + e.getMessage(), e);
    }
  }

  private SocketChannel accept(ServerSocketChannel server) throws MachineException {
    try (server) {
      return server.accept();
    } catch (IOException e) {
      throw new MachineException(describeEnd(), e);
    }
  }

  /** The process's end from now on is our doing. */
  void expectEnd() {
    endExpected = true;
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Returns when the process and its folder are gone, or after the time given. */
  void killAndReap(long patienceMillis) {
    expectEnd();
    kill();
    try {
      MachineExit unused = exit.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.error("{} did not end within {} ms of SIGKILL", name, patienceMillis, e);
    }
  }

  /** How the process ended, or that it has not; waits a moment for an end that is under way. */
  String describeEnd() {
    try {
      return exit.get(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS).describe();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("{} has closed a socket but not ended", name, e);
    }
    return "QEMU closed the connection. It said: " + output.lastWords().strip();
  }

  private void watch() {
    Runtime.getRuntime().addShutdownHook(hook);
    Thread watcher = new Thread(this::awaitEnd, name + " end");
    watcher.setDaemon(true);
    watcher.start();
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
