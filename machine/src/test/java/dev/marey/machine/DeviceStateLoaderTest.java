package dev.marey.machine;

import static dev.marey.machine.testing.PlayedQemu.MUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.VmStateImage;
import dev.marey.machine.testing.PlayedQemu;
import dev.marey.machine.testing.SocketPair;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told when QEMU fails in ways that a real one cannot be brought to at will. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class DeviceStateLoaderTest {

  private static final String OK = "\"return\": {}";
  private static final String NOT_DONE =
      "QEMU was asked to load a device state and has not done so for 1 s. Go back to a node:"
          + " another QEMU takes over then.";

  @TempDir Path folder;
  private final Map<String, String> answers = new HashMap<>();
  private final CompletableFuture<MachineExit> exit = new CompletableFuture<>();
  private SocketPair sockets;
  private ServerSocketChannel incoming;
  private QmpClient qmp;
  private DeviceStateLoader loader;

  @BeforeEach
  void connect() throws Exception {
    sockets = SocketPair.in(folder);
    incoming = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    incoming.bind(UnixDomainSocketAddress.of(folder.resolve("i")));
    PlayedQemu.at(sockets.theirs(), this::answer);
    qmp =
        QmpClient.connect(
            sockets.ours(), "test", event -> {}, () -> "its last words", Duration.ofSeconds(10));
    loader = new DeviceStateLoader(qmp, folder, exit, Duration.ofSeconds(1));
  }

  @AfterEach
  void end() throws Exception {
    qmp.close();
    sockets.close();
    incoming.close();
  }

  private synchronized String answer(String command, JsonNode arguments) {
    return answers.getOrDefault(command, OK);
  }

  private synchronized void willAnswer(String command, String answer) {
    answers.put(command, answer);
  }

  private static DeviceState state(int bytes) {
    return DeviceState.of(new byte[bytes]);
  }

  @Test
  void theReasonOfAFailedLoadIsToldAlsoWhenItsImageCannotBeRemoved() throws Exception {
    VmStateImage image = VmStateImage.write(folder.resolve("image"), state(100), "node");
    willAnswer("snapshot-load", PlayedQemu.error("the state is damaged"));
    willAnswer("blockdev-del", PlayedQemu.error("the node is busy"));
    assertThatThrownBy(() -> loader.load(image))
        .isInstanceOf(MachineException.class)
        .hasMessage("QEMU's answer to 'snapshot-load': the state is damaged")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("QEMU's answer to 'blockdev-del': the node is busy"));
  }

  @Test
  void aLoadThatNeverEndsIsGivenUp() throws Exception {
    VmStateImage image = VmStateImage.write(folder.resolve("image"), state(100), "node");
    willAnswer("query-jobs", "\"return\": [{\"id\": \"marey-load\", \"status\": \"running\"}]");
    assertThatThrownBy(() -> loader.load(image)).hasMessage(NOT_DONE);
  }

  @Test
  void aStandbyThatReadsNothingIsGivenUp() {
    willAnswer("query-status", "\"return\": {\"status\": \"inmigrate\"}");
    assertThatThrownBy(() -> loader.receive(state(8 << 20))).hasMessage(NOT_DONE);
  }

  @Test
  void aStandbyThatIsSilentHasNotEnded() {
    willAnswer("query-status", MUTE);
    assertThatThrownBy(() -> loader.receive(state(100))).hasMessage(NOT_DONE);
  }

  @Test
  void aStandbyThatRefusesTheStateIsQuoted() {
    willAnswer("query-status", "\"return\": {\"status\": \"inmigrate\"}");
    willAnswer(
        "query-migrate",
        "\"return\": {\"status\": \"failed\", \"error-desc\": \"Unknown section 7\"}");
    assertThatThrownBy(() -> loader.receive(state(100)))
        .hasMessage("QEMU refused the device state: Unknown section 7.");
  }

  @Test
  void aStandbyThatEndsIsToldApart() {
    willAnswer("query-status", PlayedQemu.END);
    exit.complete(new MachineExit(1, false, "error while loading state\n"));
    assertThatThrownBy(() -> loader.receive(state(100)))
        .hasMessage(
            "QEMU ended while it was given a device state, so the state doesn't fit this command"
                + " line or QEMU version. QEMU ended with exit code 1. It said: error while loading"
                + " state");
  }

  @Test
  void aGuestThatStaysDownIsToldInWords() {
    willAnswer("query-status", "\"return\": {\"status\": \"shutdown\"}");
    assertThatThrownBy(loader::bringUp)
        .hasMessage(
            "QEMU was asked to reset the guest and has not done so for 1 s. Go back to a node:"
                + " another QEMU takes over then.");
  }
}
