package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which process is let go on, and what is said of one that is not. */
@Timeout(60)
final class AgentListenerKernelTest {

  private static final int AGENT_EXIT = 99;
  private static final int QUIET_MILLIS = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
}
