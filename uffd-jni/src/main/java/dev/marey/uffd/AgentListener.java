package dev.marey.uffd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the agent in one process and waits for it: make the listener, start QEMU with {@link
 * #environment}, {@link #await} the agent. Owns a Unix socket in a folder that only this user can
 * enter; {@link #close} removes both and leaves the connection alone.
 *
 * <p>Threading: one thread.
 */
public final class AgentListener implements AutoCloseable {

  private static final int SLICE_MILLIS = 50;
  private static final byte GO_ON = 'k';
  private static final byte DO_NOT_RUN = 'n';

  private final Path folder;
  private final Path socketPath;
  private final Path agent;
  private final AgentSocket socket;

  private AgentListener(Path folder, Path socketPath, Path agent, AgentSocket socket) {
    this.folder = folder;
    this.socketPath = socketPath;
    this.agent = agent;
    this.socket = socket;
  }

  public static AgentListener open() throws NativeIoException {
    return open(NativeLibrary.privateFolder(), NativeLibrary.agent());
  }

  /**
   * Listens in a folder of its own.
   *
   * @param parent of the listener's own folder
   * @param agent the agent's library, where the process can read it
   */
  static AgentListener open(Path parent, Path agent) throws NativeIoException {
    Path folder;
    try {
      folder =
          Files.createTempDirectory(
              parent,
              "agent-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw withCause(
          new NativeIoException(
              "mkdir",
              0,
              "a folder for the agent's socket could not be made in "
                  + parent
                  + ": "
                  + e.getMessage()),
          e);
    }
    Path path = folder.resolve("socket");
    try {
      return new AgentListener(folder, path, agent, AgentSocket.listenAt(path));
    } catch (NativeIoException e) {
      removeQuietly(path, folder);
      throw e;
    }
  }

  /**
   * What to add to the environment of QEMU, and of nothing else: LD_PRELOAD (the agent, then what
   * this process has there) and MAREY_AGENT_SOCKET. The agent removes both again before QEMU's own
   * code runs, leaving what had been in LD_PRELOAD.
   */
  public Map<String, String> environment() {
    return environment(Optional.ofNullable(System.getenv("LD_PRELOAD")));
  }

  Map<String, String> environment(Optional<String> usersPreload) {
    String preload =
        usersPreload.filter(p -> !p.isEmpty()).map(p -> agent + ":" + p).orElse(agent.toString());
    return Map.of("LD_PRELOAD", preload, "MAREY_AGENT_SOCKET", socketPath.toString());
  }

  /** The listener's own folder, mode 0700. */
  Path folder() {
    return folder;
  }

  /** The socket the agent connects to. */
  Path socketPath() {
    return socketPath;
  }

  /**
   * Waits for the agent of the process just started, and lets the process go on. A process that is
   * refused does not run: the agent ends it.
   *
   * @throws NativeIoException if the process has ended, is not the program expected (a wrapper
   *     script), or may not use userfaultfd; or nothing has come in time
   */
  public AgentConnection await(Duration timeout, ExpectedProcess expected)
      throws NativeIoException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!socket.awaitInput(SLICE_MILLIS)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for the agent");
      }
      if (!expected.isRunning() && !socket.awaitInput(0)) {
        throw new NativeIoException("await agent", 0, endedMessage(expected));
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new NativeIoException("await agent", 0, timeoutMessage(timeout, expected));
      }
    }
    AgentSocket accepted = socket.accept();
    try {
      return greet(accepted, expected);
    } catch (NativeIoException e) {
      accepted.close();
      throw e;
    }
  }

  private static AgentConnection greet(AgentSocket connection, ExpectedProcess expected)
      throws NativeIoException {
    int[] received = {-1};
    AgentGreeting greeting;
    try (NativeMemory message = NativeMemory.allocate(AgentGreeting.MAX_BYTES)) {
      int bytes = connection.receive(message, received);
      greeting =
          AgentGreeting.parse(message.buffer().slice(0, bytes).order(message.buffer().order()));
    } catch (NativeIoException e) {
      closeIfOpen(received[0]);
      throw e;
    }
    try {
      checkPeer(connection.peerPid(), greeting);
      if (!expected.is(greeting)) {
        throw new NativeIoException("await agent", 0, wrapperMessage(greeting, expected));
      }
      if (received[0] < 0) {
        throw refused(greeting);
      }
      connection.send(GO_ON);
    } catch (NativeIoException e) {
      closeIfOpen(received[0]);
      refuse(connection, e);
      throw e;
    }
    return new AgentConnection(
        connection,
        new OwnedFd("the userfaultfd", received[0]),
        greeting.pid(),
        greeting.executable());
  }

  private static void refuse(AgentSocket connection, NativeIoException why) {
    try {
      connection.send(DO_NOT_RUN);
    } catch (NativeIoException e) {
      why.addSuppressed(e);
    }
  }

  static void checkPeer(int peer, AgentGreeting greeting) throws NativeIoException {
    if (peer != greeting.pid()) {
      throw new NativeIoException(
          "await agent",
          0,
          "the agent says that it is in process "
              + greeting.pid()
              + ", the kernel says "
              + peer
              + ". Start QEMU directly, not in a container or PID namespace of its own.");
    }
  }

  private static NativeIoException refused(AgentGreeting greeting) {
    UnavailabilityCause cause =
        UffdSupport.refused(greeting.systemCallErrno(), greeting.deviceErrno());
    return new NativeIoException("userfaultfd", greeting.systemCallErrno(), cause.message());
  }

  private static String wrapperMessage(AgentGreeting greeting, ExpectedProcess expected) {
    return "the agent meant for "
        + expected.executable()
        + " (process "
        + expected.pid()
        + ") came up in "
        + greeting.executable()
        + " (process "
        + greeting.pid()
        + "), so the command is a wrapper script or another program. Give the QEMU binary itself,"
        + " with the arguments that the wrapper would give it.";
  }

  private static String endedMessage(ExpectedProcess expected) {
    return expected.executable()
        + " (process "
        + expected.pid()
        + ") ended before its agent had reported. Its own output says why.";
  }

  private static String timeoutMessage(Duration timeout, ExpectedProcess expected) {
    return "no agent has reported from "
        + expected.executable()
        + " (process "
        + expected.pid()
        + ") for "
        + timeout.toMillis()
        + " ms. LD_PRELOAD has no effect on a program that is statically linked, set-user-ID or has"
        + " file capabilities (getcap shows them): use a plain QEMU.";
  }

  private static void closeIfOpen(int fd) {
    if (fd >= 0) {
      new OwnedFd("a refused userfaultfd", fd).close();
    }
  }

  /** Removes the socket; connections made stay open. */
  @Override
  public void close() {
    socket.close();
    removeQuietly(socketPath, folder);
  }

  /** What cannot be removed now is removed with the private folder at exit. */
  private static void removeQuietly(Path... paths) {
    for (Path path : paths) {
      boolean unused = path.toFile().delete();
    }
  }

  private static NativeIoException withCause(NativeIoException e, IOException cause) {
    e.initCause(cause);
    return e;
  }
}
