package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class AgentGreetingTest {

  private static final String PATH = "/usr/bin/qemu-system-x86_64";

  @Test
  void readsWhatTheAgentWrites() throws Exception {
    assertThat(AgentGreeting.parse(greeting("MRYA", 1, PATH.length())))
        .isEqualTo(new AgentGreeting(4711, 1, 13, Path.of(PATH)));
  }

  @Test
  void foreignMessageIsRefused() {
    assertUnreadable(greeting("HTTP", 1, PATH.length()), "it does not begin with MRYA");
  }

  @Test
  void otherVersionIsRefused() {
    assertUnreadable(greeting("MRYA", 2, PATH.length()), "its version is 2, not 1");
  }

  @Test
  void truncatedMessageIsRefused() {
    assertUnreadable(greeting("MRYA", 1, PATH.length()).slice(0, 23), "it has 23 bytes");
  }

  @Test
  void connectionThatEndsWithoutAGreetingIsRefused() {
    assertUnreadable(ByteBuffer.allocate(0), "it has 0 bytes");
  }

  @Test
  void pathThatIsNotAllThereIsRefused() {
    assertUnreadable(greeting("MRYA", 1, 28), "its path has 27 bytes, not 28");
    assertUnreadable(greeting("MRYA", 1, -1), "its path has 27 bytes, not -1");
  }

  private static void assertUnreadable(ByteBuffer message, String why) {
    assertThatThrownBy(() -> AgentGreeting.parse(message))
        .isInstanceOf(NativeIoException.class)
        .hasMessage(
            "the greeting of the agent in QEMU cannot be read: " + why + ". Start Marey again.");
  }

  private static ByteBuffer greeting(String magic, int version, int pathBytes) {
    return ByteBuffer.allocate(24 + PATH.length())
        .order(ByteOrder.nativeOrder())
        .put(magic.getBytes(StandardCharsets.US_ASCII))
        .putInt(version)
        .putInt(4711)
        .putInt(1)
        .putInt(13)
        .putInt(pathBytes)
        .put(PATH.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }
}
