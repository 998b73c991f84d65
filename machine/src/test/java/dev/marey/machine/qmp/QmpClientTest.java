package dev.marey.machine.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.testing.PlayedQemu;
import dev.marey.machine.testing.SocketPair;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * Answers {@code echo} with its arguments, {@code fail} with an error, {@code mute} not at all.
   */
  private static String answer(String command, JsonNode arguments) {
    return switch (command) {
      case "mute" -> PlayedQemu.MUTE;
      case "die" -> PlayedQemu.END;
      case "fail" -> PlayedQemu.error("no such thing");
      default -> "\"return\": " + (arguments.isMissingNode() ? "{}" : arguments);
    };
  }

  @TempDir Path folder;
  private SocketPair sockets;
  private PlayedQemu qemu;
  private QmpClient client;
  private final LinkedBlockingQueue<QmpEvent> tracked = new LinkedBlockingQueue<>();

  @BeforeEach
  void connect() throws Exception {
    sockets = SocketPair.in(folder);
    qemu = PlayedQemu.at(sockets.theirs(), QmpClientTest::answer);
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
    assertThat(qemu.commands()).containsExactly("qmp_capabilities");
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
            QmpException.class, e -> assertThat(e.errorClass()).isEqualTo(QmpException.NO_ANSWER))
        .hasMessage("QEMU's answer to 'mute': none within 0 s");
  }

  @Test
  void silenceIsNoErrorBeforeTheTimeout() {
    Duration timeout = Duration.ofNanos(999_999);
    long startNanos = System.nanoTime();
    assertThatThrownBy(() -> client.execute(QmpCommand.of("mute"), timeout))
        .isInstanceOf(QmpException.class);
    assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(timeout.toNanos());
  }

  @Test
  void whenQemuDiesWaitingAndLaterCommandsGetItsLastWords() {
    assertThatThrownBy(() -> client.execute("die"))
        .isInstanceOf(QmpException.class)
        .hasMessage("QEMU's answer to 'die': its last words");
    assertThatThrownBy(() -> client.execute("echo"))
        .isInstanceOf(QmpException.class)
        .hasMessage("QEMU's answer to 'echo': its last words");
  }

  @Test
  void anInterruptedSenderDoesNotCloseTheConnectionForTheOthers() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.execute("mute"))
        .hasMessage("QEMU's answer to 'mute': waiting for it was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(client.execute("echo", Map.of("n", 3)).path("n").asInt()).isEqualTo(3);
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
    QmpEvent stop = tracked.take();
    assertThat(stop.name()).isEqualTo("STOP");
    assertThat(stop.at()).isEqualTo(Instant.ofEpochSecond(1, 2000));
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
