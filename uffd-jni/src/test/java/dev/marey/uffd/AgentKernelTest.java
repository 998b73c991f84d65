package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the agent does in a process: hands over, stays out of the way, and ends it with us. */
@Timeout(60)
final class AgentKernelTest {

  private static final int SIGKILL_EXIT = 128 + 9;
  private static final int AGENT_EXIT = 99;
  private static final int WAIT_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 300;
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

  @Test
  void programHasAProcessGroupOfItsOwnSoThatControlCStaysOurs() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      String stat = Files.readString(Path.of("/proc/" + guest.process().pid() + "/stat"));
      // pid (comm) state ppid pgrp: proc(5)
      Matcher field = Pattern.compile("\\) \\S+ \\S+ (\\S+) ").matcher(stat);
      assertThat(field.find()).isTrue();
      String group = field.group(1);
      assertThat(Long.parseLong(group)).isEqualTo(guest.process().pid());
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
      assertThat(blockedSignalsByThread(guest.process().pid()))
          .hasSize(2)
          .contains("marey-agent " + ALL_SIGNALS)
          .doesNotContain("guest-memory " + ALL_SIGNALS);
    }
  }

  @Test
  void closingTheConnectionEndsTheProcessBeforeAnythingRunsOnZeroes() throws Exception {
    try (GuestMemory guest = GuestMemory.start(1)) {
      Userfaultfd userfaultfd = guest.register(MISSING);
      CompletableFuture<String> read = guest.read(0, 1);
      awaitFault(userfaultfd);

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
      awaitFault(userfaultfd);

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

  @Test
  void wrapperScriptIsNamedAndDoesNotRun(@TempDir Path folder) throws Exception {
    Path wrapper = folder.resolve("wrapper");
    Files.writeString(wrapper, "#!/bin/sh\necho ran\n" + GuestMemory.PROGRAM + " 1\necho ended\n");
    assertRefusedAsWrapper(wrapper);
  }

  @Test
  void wrapperScriptThatExecsTheProgramIsNamedAndDoesNotRun(@TempDir Path folder) throws Exception {
    Path wrapper = folder.resolve("wrapper");
    Files.writeString(wrapper, "#!/bin/sh\necho ran\nexec " + GuestMemory.PROGRAM + " 1\n");
    assertRefusedAsWrapper(wrapper);
  }

  private static void assertRefusedAsWrapper(Path wrapper) throws Exception {
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
    try (AgentListener listener = AgentListener.open()) {
      Process process = GuestMemory.launch(1, List.of(), wrapper, listener.environment());
      long pid = process.pid();
      assertThatThrownBy(() -> listener.await(PATIENCE, new ExpectedProcess(pid, wrapper)))
          .isInstanceOf(NativeIoException.class)
          .hasMessage(
              "the agent meant for %s (process %d) came up in %s (process %d), so the command is a"
                  + " wrapper script or another program. Give the QEMU binary itself, with the"
                  + " arguments that the wrapper would give it.",
              wrapper, pid, Path.of("/bin/sh").toRealPath(), pid);
      assertThat(process.getInputStream().readAllBytes()).isEmpty();
      assertThat(process.waitFor()).isEqualTo(AGENT_EXIT);
    }
  }

  @Test
  void programReachedThroughASymbolicLinkIsTheProgram(@TempDir Path folder) throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), GuestMemory.PROGRAM);
    try (AgentListener listener = AgentListener.open();
        GuestMemory guest =
            GuestMemory.start(1, List.of(), link, listener, listener.environment())) {
      assertThat(guest.connection().executable()).isEqualTo(GuestMemory.PROGRAM.toRealPath());
    }
  }

  @Test
  void processThatEndsBeforeItsAgentReportsIsNamed() throws Exception {
    Path program = Path.of("/bin/false");
    try (AgentListener listener = AgentListener.open()) {
      Process process = GuestMemory.launch(1, List.of(), program, Map.of());
      assertThatThrownBy(
              () -> listener.await(PATIENCE, new ExpectedProcess(process.pid(), program)))
          .isInstanceOf(NativeIoException.class)
          .hasMessage(
              "/bin/false (process %d) ended before its agent had reported. Its own output says"
                  + " why.",
              process.pid());
    }
  }

  @Test
  void processThatNeverReportsIsNamedWithTheLikelyCauses() throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      Process process = GuestMemory.launch(1, List.of(), GuestMemory.PROGRAM, Map.of());
      try {
        assertThatThrownBy(
                () ->
                    listener.await(
                        Duration.ofMillis(QUIET_MILLIS),
                        new ExpectedProcess(process.pid(), GuestMemory.PROGRAM)))
            .isInstanceOf(NativeIoException.class)
            .hasMessage(
                "no agent has reported from %s (process %d) for 300 ms. LD_PRELOAD has no effect on"
                    + " a program that is statically linked, set-user-ID or has file capabilities"
                    + " (getcap shows them): use a plain QEMU.",
                GuestMemory.PROGRAM, process.pid());
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void waitForTheAgentCanBeInterrupted() throws Exception {
    try (AgentListener listener = AgentListener.open()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () ->
                  listener.await(
                      PATIENCE,
                      new ExpectedProcess(ProcessHandle.current().pid(), GuestMemory.PROGRAM)))
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void otherProcessThanTheOneReportedIsRefused() {
    AgentGreeting greeting = new AgentGreeting(7, 0, 0, GuestMemory.PROGRAM);
    assertThatThrownBy(() -> AgentListener.checkPeer(4711, greeting))
        .isInstanceOf(NativeIoException.class)
        .hasMessage(
            "the agent says that it is in process 7, the kernel says 4711. Start QEMU directly, not"
                + " in a container or PID namespace of its own.");
  }

  @Test
  void socketLiesInAFolderThatOnlyThisUserCanEnterAndGoesWithTheListener() throws Exception {
    Path folder;
    try (AgentListener listener = AgentListener.open()) {
      folder = Path.of(listener.environment().get("MAREY_AGENT_SOCKET")).getParent();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void socketPathTooLongForTheKernelIsToldWithTheRemedy(@TempDir Path temp) throws Exception {
    Path deep = Files.createDirectories(temp.resolve("d".repeat(100)));
    assertThatThrownBy(() -> AgentListener.open(deep, NativeLibrary.agent()))
        .isInstanceOf(NativeIoException.class)
        .hasMessageStartingWith("the agent's socket " + deep)
        .hasMessageEndingWith(
            " bytes, the kernel takes 107. Set XDG_RUNTIME_DIR to a folder with a shorter name.");
    assertThat(deep).isEmptyDirectory();
  }

  private static void awaitFault(Userfaultfd userfaultfd) throws NativeIoException {
    try (FaultPoll poll = FaultPoll.open(userfaultfd);
        FaultBatch batch = FaultBatch.allocate(1)) {
      assertThat(poll.await(WAIT_MILLIS)).isTrue();
      assertThat(userfaultfd.read(batch)).isEqualTo(1);
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

  /** Handler of a guest, killed while the guest waits for a page that it never fills. */
  static final class DoomedHandler {

    private DoomedHandler() {}

    public static void main(String[] arguments) throws Exception {
      try (AgentListener listener = AgentListener.open();
          GuestMemory guest = startDeafToTheEndOfItsInput(listener);
          Userfaultfd userfaultfd = guest.register(MISSING)) {
        CompletableFuture<String> read = guest.read(0, 1);
        awaitFault(userfaultfd);
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
