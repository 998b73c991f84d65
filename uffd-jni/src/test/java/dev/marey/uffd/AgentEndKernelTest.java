package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process ends with us, and nothing in it runs on lost pages. */
@Timeout(60)
final class AgentEndKernelTest {

  private static final int SIGKILL_EXIT = 128 + 9;
  private static final int QUIET_MILLIS = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void closingTheConnectionEndsTheProcessBeforeAnythingRunsOnZeroes() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      Userfaultfd userfaultfd = guest.register(MISSING);
      CompletableFuture<String> read = guest.read(0, 1);
      GuestMemory.onlyFault(userfaultfd);

      userfaultfd.close();
      guest.connection().close();

      assertThat(guest.process().waitFor()).isEqualTo(SIGKILL_EXIT);
      assertThatThrownBy(read::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("process ended");
    }
  }

  @Test
  void agentsOwnCopyKeepsThreadsWaitingWhenOursIsClosed() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      Userfaultfd userfaultfd = guest.register(MISSING);
      CompletableFuture<String> read = guest.read(0, 1);
      GuestMemory.onlyFault(userfaultfd);

      userfaultfd.close();

      assertThatThrownBy(() -> read.get(QUIET_MILLIS, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(guest.process().isAlive()).isTrue();
    }
  }

  @Test
  void killingTheHandlersProcessEndsTheGuestWhilePagesAreMissing(@TempDir Path folder)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DoomedHandler.class.getName());
    // what a killed JVM has unpacked stays behind
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    Process handler = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = handler.inputReader()) {
      String waiting = String.valueOf(output.readLine());
      assertThat(waiting).matches("guest \\d+ waits for a page");
      ProcessHandle guest =
          ProcessHandle.of(Long.parseLong(waiting.split(" ", -1)[1])).orElseThrow();

      // not Process.destroyForcibly, which closes the stream that is to be looked at
      assertThat(handler.toHandle().destroyForcibly()).isTrue();
      try {
        Awaitility.await().atMost(PATIENCE).until(() -> !runs(guest.pid()));
      } finally {
        guest.destroyForcibly();
      }
      assertThat(output.readLine()).as("nothing was read").isNull();
    } finally {
      handler.destroyForcibly().waitFor();
    }
  }

  /** A zombie does not run, whether or not the host's first process cares to bury it. */
  private static boolean runs(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .anyMatch(line -> line.matches("State:\\s+[^ZX].*"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Handler of a guest, killed while the guest waits for a page that it never fills. */
  static final class DoomedHandler {

    private DoomedHandler() {}

    public static void main(String[] arguments) throws Exception {
      try (AgentListener listener = AgentListener.open();
          GuestMemory guest = startDeafToTheEndOfItsInput(listener);
          Userfaultfd userfaultfd = guest.register(MISSING)) {
        CompletableFuture<String> read = guest.read(0, 1);
        GuestMemory.onlyFault(userfaultfd);
        System.out.println("guest " + guest.process().pid() + " waits for a page");
        System.out.println("read " + read.get() + " of " + PAGE);
      }
    }

    private static GuestMemory startDeafToTheEndOfItsInput(AgentListener listener)
        throws Exception {
      Map<String, String> environment = new HashMap<>(listener.environment());
      environment.put("GUEST_MEMORY_STAYS", "1");
      return GuestMemory.start(1, List.of(), GuestMemory.PROGRAM, listener, environment);
    }
  }
}
