package dev.marey.machine.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.testing.SocketPair;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class SerialConsoleTest {

  @TempDir Path folder;
  private SocketPair sockets;
  private SerialConsole console;

  @BeforeEach
  void connect() throws Exception {
    sockets = SocketPair.in(folder);
    console = new SerialConsole(sockets.ours(), "test");
  }

  @AfterEach
  void end() throws Exception {
    console.close();
    sockets.close();
  }

  @Test
  void whatTheGuestPrintedBeforeTheFirstListenerIsNotLost() throws Exception {
    sockets.theirs().write(ByteBuffer.wrap("early".getBytes(StandardCharsets.UTF_8)));
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    console.addListener(bytes -> heard.add(new String(bytes, StandardCharsets.UTF_8)));
    assertThat(heard.take()).isEqualTo("early");
  }

  @Test
  void inputArrivesWholeAndInOrder() throws Exception {
    String text = "0123456789".repeat(20);
    assertThat(console.type(text)).isTrue();
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(64);
    while (got.size() < text.length()) {
      assertThat(sockets.theirs().read(buffer.clear())).isPositive();
      got.write(buffer.array(), 0, buffer.position());
    }
    assertThat(got.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    await().until(() -> console.waitingBytes() == 0);
  }

  @Test
  void aGuestThatReadsNothingBlocksNobodyAndTooMuchInputIsRefused() {
    byte[] much = new byte[SerialConsole.MAX_WAITING_BYTES];
    assertThat(console.write(much)).isTrue();
    assertThat(console.write(much)).isFalse();
    console.discardInput();
    assertThat(console.waitingBytes()).isLessThanOrEqualTo(16);
    assertThat(console.type("again")).isTrue();
  }

  @Test
  void afterSettlingAllThatWasPrintedHasBeenDelivered() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    console.addListener(bytes -> heard.addAndGet(bytes.length));
    int printed = 0;
    for (int i = 1; i <= 500; i++) {
      printed += sockets.theirs().write(ByteBuffer.allocate(i));
      console.settle();
      assertThat(heard).hasValue(printed);
    }
  }

  @Test
  void theLastWordsOfAQemuThatHasEndedAreDeliveredWhenItIsClosed() throws Exception {
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    console.addListener(bytes -> heard.add(new String(bytes, StandardCharsets.UTF_8)));
    sockets.theirs().write(ByteBuffer.wrap("panic".getBytes(StandardCharsets.UTF_8)));
    sockets.theirs().close();
    console.close();
    assertThat(String.join("", heard)).isEqualTo("panic");
  }
}
