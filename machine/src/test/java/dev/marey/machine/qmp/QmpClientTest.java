package dev.marey.machine.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.machine.testing.SocketPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class QmpClientTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Answers {@code echo} with its arguments, {@code fail} with an error, {@code mute} not at all.
   */
  private static final class FakeQemu {

    private final SocketChannel channel;
    private final LinkedBlockingQueue<String> commands = new LinkedBlockingQueue<>();

    FakeQemu(SocketChannel channel) {
      this.channel = channel;
      Thread thread = new Thread(this::serve, "fake qemu");
      thread.setDaemon(true);
      thread.start();
    }

    void send(String line) throws IOException {
      channel.write(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    private void serve() {
      try {
        send("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 0}}}}");
        BufferedReader lines =
            new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          answer(JSON.readTree(line));
        }
      } catch (IOException e) {
        commands.add("ended");
      }
    }

    private void answer(JsonNode message) throws IOException {
      String command = message.path("execute").asText();
      commands.add(command);
      long id = message.path("id").asLong();
      switch (command) {
        case "mute" -> {
          // says nothing
        }
        case "die" -> channel.close();
        case "fail" ->
            send(
                "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such thing\"}, \"id\": "
                    + id
                    + "}");
        default ->
            send(
                "{\"return\": "
                    + message
                        .path("arguments")
                        .toString()
                        .transform(text -> text.isEmpty() ? "{}" : text)
                    + ", \"id\": "
                    + id
                    + "}");
      }
    }
  }

  @TempDir Path folder;
  private SocketPair sockets;
  private FakeQemu qemu;
  private QmpClient client;
  private final LinkedBlockingQueue<QmpEvent> tracked = new LinkedBlockingQueue<>();

  @BeforeEach
  void connect() throws Exception {
    sockets = SocketPair.in(folder);
    qemu = new FakeQemu(sockets.theirs());
    client =
        QmpClient.connect(
            sockets.ours(), "test", tracked::add, () -> "its last words", Duration.ofSeconds(10));
  }

  @AfterEach
  void end() throws Exception {
    client.close();
    sockets.close();
  }

  @Test
  void theGreetingIsKeptAndCapabilitiesAreNegotiated() {
    assertThat(client.greeting().at("/version/qemu/major").asInt()).isEqualTo(7);
    assertThat(qemu.commands).containsExactly("qmp_capabilities");
  }

  @Test
  void anAnswerFindsItsCommand() throws QmpException {
    assertThat(client.execute("echo", Map.of("n", 42, "on", true)).toString())
        .isIn("{\"n\":42,\"on\":true}", "{\"on\":true,\"n\":42}");
  }

  @Test
  void anErrorHasClassAndDescription() {
    assertThatThrownBy(() -> client.execute("fail"))
        .isInstanceOfSatisfying(
            QmpException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo("GenericError");
              assertThat(e.description()).isEqualTo("no such thing");
              assertThat(e.command()).isEqualTo("fail");
            })
        .hasMessage("QEMU's answer to 'fail': no such thing");
  }

  @Test
  void commandsSentTogetherAreAnsweredInOrder() throws QmpException {
    List<JsonNode> answers =
        client.sendTogether(
            List.of(QmpCommand.of("a", Map.of("n", 1)), QmpCommand.of("b", Map.of("n", 2))));
    assertThat(answers).extracting(JsonNode::toString).containsExactly("{\"n\":1}", "{\"n\":2}");
  }

  @Test
  void silenceIsAnErrorAfterTheTimeout() {
    assertThatThrownBy(() -> client.execute(QmpCommand.of("mute"), Duration.ofMillis(20)))
        .isInstanceOfSatisfying(
            QmpException.class, e -> assertThat(e.errorClass()).isEqualTo(QmpException.NO_ANSWER));
  }

  @Test
  void whenQemuDiesWaitingAndLaterCommandsGetItsLastWords() {
    assertThatThrownBy(() -> client.execute("die"))
        .isInstanceOf(QmpException.class)
        .hasMessageContaining("its last words");
    assertThatThrownBy(() -> client.execute("echo"))
        .isInstanceOf(QmpException.class)
        .hasMessageContaining("its last words");
  }

  @Test
  void aListenerMaySendCommandsAndASlowOneDelaysNoAnswer() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    client.addListener(
        event -> {
          try {
            release.await();
            heard.add(event.name() + " " + client.execute("echo", Map.of("n", 1)));
          } catch (InterruptedException | QmpException e) {
            heard.add(e.toString());
          }
        });
    qemu.send("{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}");
    assertThat(tracked.take().name()).isEqualTo("STOP");
    assertThat(client.execute("echo", Map.of("n", 2)).path("n").asInt()).isEqualTo(2);
    assertThat(heard).isEmpty();
    release.countDown();
    assertThat(heard.take()).isEqualTo("STOP {\"n\":1}");
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromHearing() throws Exception {
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    client.addListener(
        event -> {
          throw new IllegalStateException("on purpose");
        });
    client.addListener(event -> heard.add(event.data().path("reason").asText()));
    qemu.send("{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"guest-reset\"}}");
    assertThat(heard.take()).isEqualTo("guest-reset");
  }
}
