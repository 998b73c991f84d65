package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the agent does in a process: hands over and stays out of the way. */
@Timeout(60)
final class AgentKernelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** All signals but SIGKILL, SIGSTOP and the C library's own two, 32 and 33. */
  private static final String ALL_SIGNALS = "fffffffe7ffbfeff";

  @Test
  void agentTellsWhereItIs() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      assertThat((long) guest.connection().pid()).isEqualTo(guest.process().pid());
      assertThat(guest.connection().executable()).isEqualTo(GuestMemory.PROGRAM.toRealPath());
    }
  }

  /** So neither Ctrl+C at our terminal nor its closing is a signal to QEMU. */
  @Test
  void programHasASessionOfItsOwnAndNoTerminal() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      String stat = Files.readString(Path.of("/proc/" + guest.process().pid() + "/stat"));
      // pid (comm) state ppid pgrp session tty_nr: proc(5)
      Matcher field = Pattern.compile("\\) \\S+ \\S+ (\\S+) (\\S+) (\\S+) ").matcher(stat);
      assertThat(field.find()).isTrue();
      String pid = Long.toString(guest.process().pid());
      assertThat(List.of(field.group(1), field.group(2), field.group(3)))
          .containsExactly(pid, pid, "0");
    }
  }

  @Test
  void programThatLeadsASessionAlreadyStaysInIt() throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      List<String> launcher = new ArrayList<>(List.of("setsid", "env"));
      listener.environment().forEach((name, value) -> launcher.add(name + "=" + value));
      try (GuestMemory guest =
          GuestMemory.start(1, launcher, GuestMemory.PROGRAM, listener, Map.of())) {
        assertThat(guest.environment("MAREY_AGENT_SOCKET").get()).isEqualTo("unset");
      }
    }
  }

  @Test
  void programFindsNothingOfTheAgentInItsEnvironment() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      assertThat(guest.environment("LD_PRELOAD").get()).isEqualTo("unset");
      assertThat(guest.environment("MAREY_AGENT_SOCKET").get()).isEqualTo("unset");
    }
  }

  @Test
  void whatTheUserPreloadsStays() throws Exception {
    String users = "libpthread.so.0:libdl.so.2";
    try (AgentListener listener = AgentListener.open();
        GuestMemory guest =
            GuestMemory.start(
                1,
                List.of(),
                GuestMemory.PROGRAM,
                listener,
                listener.environment(Optional.of(users)))) {
      assertThat(guest.environment("LD_PRELOAD").get()).isEqualTo(users);
    }
  }

  @Test
  void agentsThreadIsNamedAndTakesNoSignals() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      // while it starts, the C library blocks its own two as well
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(blockedSignalsByThread(guest.process().pid()))
                      .hasSize(2)
                      .contains("marey-agent " + ALL_SIGNALS)
                      .doesNotContain("guest-memory " + ALL_SIGNALS));
    }
  }

  private static List<String> blockedSignalsByThread(long pid) throws IOException {
    List<String> threads = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.sorted().toList()) {
        String name = Files.readString(task.resolve("comm")).trim();
        String blocked =
            Files.readAllLines(task.resolve("status")).stream()
                .filter(line -> line.startsWith("SigBlk:"))
                .findFirst()
                .orElseThrow();
        threads.add(name + " " + blocked.substring("SigBlk:".length()).trim());
      }
    }
    return threads;
  }
}
