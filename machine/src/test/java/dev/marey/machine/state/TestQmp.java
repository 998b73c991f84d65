package dev.marey.machine.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Just enough QMP for a test's QEMU, independent of the client that is tested.
 *
 * <p>Threading: one thread.
 */
final class TestQmp implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SocketChannel channel;
  private final BufferedReader replies;

  private TestQmp(SocketChannel channel) {
    this.channel = channel;
    this.replies = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** Connects as soon as QEMU listens; the capability that leaves shared RAM alone is set. */
  static TestQmp connect(Path socket, Process process) throws IOException {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Files.exists(socket) || !process.isAlive());
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .ignoreExceptions()
          .until(() -> channel.connect(UnixDomainSocketAddress.of(socket)));
      TestQmp qmp = new TestQmp(channel);
      JsonNode greeting = qmp.nextReply();
      if (!greeting.has("QMP")) {
        throw new IOException("no greeting: " + greeting);
      }
      JsonNode unused = qmp.execute("qmp_capabilities", Map.of());
      unused =
          qmp.execute(
              "migrate-set-capabilities",
              Map.of(
                  "capabilities", List.of(Map.of("capability", "x-ignore-shared", "state", true))));
      return qmp;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
    byte[] line = JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments));
    channel.write(ByteBuffer.wrap(line));
    while (true) {
      JsonNode reply = nextReply();
      if (reply.has("error")) {
        throw new IOException(command + ": " + reply.get("error"));
      }
      if (reply.has("return")) {
        return reply.get("return");
      }
    }
  }

  private JsonNode nextReply() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException("QEMU ended");
    }
    return JSON.readTree(line);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
