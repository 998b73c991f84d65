package dev.marey.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A debugger at QEMU's gdb server, as far as gdb's remote protocol lets the guest run and stop:
 * {@code $packet#checksum}, each answered by {@code +}.
 */
final class GdbRemote implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  private GdbRemote(Socket socket) {
    this.socket = socket;
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  static GdbRemote connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new GdbRemote(socket);
  }

  /** Runs one instruction and returns when the guest stands still again. */
  void step() throws IOException {
    send("s");
    awaitStop();
  }

  /** Lets the guest run. */
  void goOn() throws IOException {
    send("c");
  }

  /** Stops a running guest, as Ctrl+C does. */
  void interrupt() throws IOException {
    socket.getOutputStream().write(3);
    socket.getOutputStream().flush();
    awaitStop();
  }

  private void send(String packet) throws IOException {
    int sum = packet.chars().sum() & 0xff;
    String framed = String.format("$%s#%02x", packet, sum);
    socket.getOutputStream().write(framed.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Reads up to a packet that says why the guest has stopped: {@code $T05…#xx}. */
  private void awaitStop() throws IOException {
    String packet = "";
    while (!packet.startsWith("T")) {
      packet = receive();
    }
    socket.getOutputStream().write('+');
    socket.getOutputStream().flush();
  }

  private String receive() throws IOException {
    InputStream in = socket.getInputStream();
    int next = in.read();
    while (next >= 0 && next != '$') {
      next = in.read();
    }
    StringBuilder packet = new StringBuilder();
    for (next = in.read(); next >= 0 && next != '#'; next = in.read()) {
      packet.append((char) next);
    }
    if (next < 0) {
      throw new IOException("the gdb server has hung up");
    }
    return packet.toString();
  }

  /** Leaves the guest as it is. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
