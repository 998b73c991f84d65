package dev.marey.uffd;

import java.nio.file.Path;
import java.util.Set;

/**
 * The line to the agent in a process whose memory we handle. While it is open the process lives;
 * when it closes, by {@link #close} or because this JVM has died however it may, the agent ends the
 * process with SIGKILL, so that it never runs on pages that nobody serves.
 *
 * <p>Threading: any; {@link #userfaultfd} once.
 */
public final class AgentConnection implements AutoCloseable {

  private final AgentSocket socket;
  private final OwnedFd userfaultfd;
  private final int pid;
  private final Path executable;

  AgentConnection(AgentSocket socket, OwnedFd userfaultfd, int pid, Path executable) {
    this.socket = socket;
    this.userfaultfd = userfaultfd;
    this.pid = pid;
    this.executable = executable;
  }

  public int pid() {
    return pid;
  }

  /** Real path of the program the process runs. */
  public Path executable() {
    return executable;
  }

  /**
   * The userfaultfd of the process's memory; the caller owns it from then on.
   *
   * @throws NativeIoException naming the features that the kernel lacks
   * @throws IllegalStateException when asked a second time
   */
  public Userfaultfd userfaultfd(Set<Feature> demanded) throws NativeIoException {
    return Userfaultfd.adopt(userfaultfd.giveAway(), demanded);
  }

  /** Ends the process, if it still runs, and closes the userfaultfd unless it was taken. */
  @Override
  public void close() {
    socket.close();
    userfaultfd.close();
  }
}
