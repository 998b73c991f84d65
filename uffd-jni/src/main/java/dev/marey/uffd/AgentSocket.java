package dev.marey.uffd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A Unix socket of whole messages (SOCK_SEQPACKET) between the agent and us, listening or
 * connected.
 *
 * <p>Threading: one thread; {@link #close} any, after the last other call.
 */
final class AgentSocket implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private static final int PATH_LIMIT_BYTES = pathLimitBytes();

  private final OwnedFd fd;

  private AgentSocket(OwnedFd fd) {
    this.fd = fd;
  }

  static AgentSocket listenAt(Path path) throws NativeIoException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length > PATH_LIMIT_BYTES) {
      throw new NativeIoException(
          "bind",
          0,
          "the agent's socket "
              + path
              + " cannot be made: its path has "
              + name.length
              + " bytes, the kernel takes "
              + PATH_LIMIT_BYTES
              + ". Set XDG_RUNTIME_DIR to a folder with a shorter name.");
    }
    OwnedFd fd = new OwnedFd("the agent's socket", Errno.check(socket(), "socket(AF_UNIX)"));
    try {
      Errno.check(bind(fd.number(), name), "bind to " + path);
      Errno.check(listen(fd.number()), "listen at " + path);
      return new AgentSocket(fd);
    } catch (NativeIoException e) {
      fd.close();
      throw e;
    }
  }

  /** Waits until something has come, or the other end has closed. */
  boolean awaitInput(int timeoutMillis) throws NativeIoException {
    return Errno.check(poll(fd.number(), timeoutMillis), "poll of the agent's socket") != 0;
  }

  AgentSocket accept() throws NativeIoException {
    int accepted = Errno.check(accept(fd.number()), "accept of the agent's connection");
    return new AgentSocket(new OwnedFd("the agent's connection", accepted));
  }

  /** Process id of the other end, as the kernel knows it. */
  int peerPid() throws NativeIoException {
    return Errno.check(peerPid(fd.number()), "getsockopt(SO_PEERCRED)");
  }

  /**
   * Receives one message and the descriptor that may come with it.
   *
   * @param received its first element becomes the descriptor that came along, -1 if none did
   * @return length of the message in bytes, 0 when the other end has closed
   */
  int receive(NativeMemory message, int[] received) throws NativeIoException {
    int bytes = receive(fd.number(), message.address(), message.lengthBytes(), received);
    return Errno.check(bytes, "recvmsg from the agent");
  }

  void send(byte answer) throws NativeIoException {
    Errno.check(send(fd.number(), answer), "send to the agent");
  }

  @Override
  public void close() {
    fd.close();
  }

  private static native int pathLimitBytes();

  private static native int socket();

  private static native int bind(int fd, byte[] path);

  private static native int listen(int fd);

  private static native int poll(int fd, int timeoutMillis);

  private static native int accept(int fd);

  private static native int peerPid(int fd);

  private static native int receive(int fd, long buffer, int lengthBytes, int[] received);

  private static native int send(int fd, byte answer);
}
