package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.MachineRequest.StartListener;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail: each leaves no process and no folder, and says why. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MachineStartQemuTest {

  private static final int MEGABYTES = 64;

  @TempDir Path folder;
  private GuestRam ram;
  private volatile long pid;

  @BeforeEach
  void makeRam() throws MachineException {
    ram = GuestRam.create((long) MEGABYTES << 20);
  }

  @AfterEach
  void nothingIsLeft() {
    ram.close();
    assertThat(folder).isEmptyDirectory();
    if (pid != 0) {
      assertThat(ProcessHandle.of(pid)).isEmpty();
    }
  }

  private static GuestDefinition bareMetal() throws MachineException {
    return CommandLine.of(TestGuests.bareMetalCommandLine(MEGABYTES)).accept();
  }

  /** The guest with arguments that a person's line would not get past the options with. */
  private static GuestDefinition with(GuestDefinition plain, String... more) {
    List<String> arguments = new ArrayList<>(plain.arguments());
    arguments.addAll(List.of(more));
    return new GuestDefinition(
        plain.qemu(),
        plain.words(),
        plain.machineType(),
        plain.machineOptions(),
        plain.ramBytes(),
        arguments,
        plain.console(),
        plain.screen(),
        plain.startPaused(),
        plain.portForwards(),
        plain.gdb(),
        plain.disks(),
        plain.notices());
  }

  private MachineRequest request(
      GuestDefinition guest, Map<String, String> environment, StartListener listener) {
    return new MachineRequest(
        guest,
        ram,
        folder,
        Role.LIVE,
        environment,
        (process, program) -> {
          pid = process;
          listener.started(process, program);
        });
  }

  private MachineRequest request(GuestDefinition guest) {
    return request(guest, Map.of(), (process, program) -> {});
  }

  @Test
  void aProcessThatItsListenerRefusesIsEnded() throws MachineException {
    MachineRequest refused =
        request(
            bareMetal(),
            Map.of(),
            (process, program) -> {
              throw new MachineException("this process is not wanted");
            });
    assertThatThrownBy(() -> Machine.start(refused))
        .hasMessage("Starting the guest failed: this process is not wanted");
  }

  @Test
  void aProcessWhoseListenerHasADefectIsEnded() throws MachineException {
    MachineRequest broken =
        request(
            bareMetal(),
            Map.of(),
            (process, program) -> {
              throw new IllegalStateException("a defect");
            });
    assertThatThrownBy(() -> Machine.start(broken)).hasMessage("a defect");
  }

  @Test
  void whatAQemuSaidBeforeItEndedIsToldWithTheListenersComplaint() throws MachineException {
    MachineRequest ended =
        request(
            with(bareMetal(), "-device", "no-such-device"),
            Map.of(),
            (process, program) -> {
              await().until(() -> ProcessHandle.of(process).isEmpty());
              throw new MachineException("It ended. Its own output says why.");
            });
    assertThatThrownBy(() -> Machine.start(ended))
        .isInstanceOf(MachineException.class)
        .hasMessageMatching(
            "Starting the guest failed: It ended\\. Its own output says why\\. QEMU ended with exit"
                + " code 1\\. It said: .*'no-such-device' is not a valid device model name");
  }

  @Test
  void whatTheLoaderSaidOfALibraryItDidNotPreloadIsToldToo() throws MachineException {
    MachineRequest silent =
        request(
            bareMetal(),
            Map.of("LD_PRELOAD", "/no/such/agent.so"),
            (process, program) -> {
              // it has got past its loader once it has mapped its RAM
              await().ignoreExceptions().until(() -> ProcessMaps.addressOf(process, ram) != 0);
              throw new MachineException("No agent has reported.");
            });
    assertThatThrownBy(() -> Machine.start(silent))
        .isInstanceOf(MachineException.class)
        .hasMessage(
            "Starting the guest failed: No agent has reported. It said: ERROR: ld.so: object"
                + " '/no/such/agent.so' from LD_PRELOAD cannot be preloaded (cannot open shared"
                + " object file): ignored.");
  }

  /** Of the network's kind: it accepts whoever connects and says nothing. */
  private static GuestDefinition waitingFor(ServerSocket server) throws MachineException {
    return with(
        bareMetal(),
        "-drive",
        "if=none,id=far,readonly=on,format=raw,file=nbd://127.0.0.1:" + server.getLocalPort());
  }

  private static ServerSocket silentServer() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void aQemuThatWaitsForADiskThatDoesNotAnswerIsGivenUp() throws Exception {
    try (ServerSocket server = silentServer()) {
      MachineStart start = new MachineStart(request(waitingFor(server)), Duration.ofSeconds(2));
      assertThatThrownBy(start::run)
          .isInstanceOf(MachineException.class)
          .hasMessage(
              "Starting the guest failed. QEMU (pid %d) has started, but not answered for 2 s. It"
                  + " said nothing. It may wait for a disk or server that its command line names:"
                  + " see whether that answers.",
              pid);
    }
  }

  @Test
  void aStartIsCancelledByAnInterrupt() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (ServerSocket server = silentServer()) {
      MachineRequest request = request(waitingFor(server));
      Thread starter =
          new Thread(() -> failure.complete(catchThrowable(() -> Machine.start(request))), "start");
      starter.start();
      server.accept().close();
      starter.interrupt();
      assertThat(failure.get(10, TimeUnit.SECONDS))
          .isInstanceOf(MachineException.class)
          .hasMessage("Starting the guest failed. Cancelled while QEMU was starting.");
    }
  }

  @Test
  void aQemuThatRefusesItsLineIsQuoted() throws MachineException {
    GuestDefinition guest = with(bareMetal(), "-device", "no-such-device");
    assertThatThrownBy(() -> Machine.start(request(guest)))
        .isInstanceOf(MachineException.class)
        .hasMessageMatching(
            "Starting the guest failed\\. QEMU ended with exit code 1\\. It said: .*"
                + "'no-such-device' is not a valid device model name");
  }

  @Test
  void aDeviceThatBlocksSavingIsNamed() throws MachineException {
    // a line with nvme is refused; any device that QEMU itself cannot save is met here
    GuestDefinition guest =
        with(
            bareMetal(),
            "-drive",
            "driver=null-co,if=none,id=d",
            "-device",
            "nvme,serial=1,drive=d");
    assertThatThrownBy(() -> Machine.start(request(guest)))
        .isInstanceOf(MachineException.class)
        .hasMessageStartingWith("Starting the guest failed. QEMU can't save this guest's devices: ")
        .hasMessageContaining("nvme")
        .hasMessageEndingWith(". Start it without that device.");
  }

  @Test
  void aRunFolderWithTooLongAPathIsRefused() throws Exception {
    Path deep = folder.resolve("x".repeat(120));
    assertThatThrownBy(
            () ->
                RunningGuest.start(
                    TestGuests.bareMetalCommandLine(MEGABYTES), ram, deep, Role.LIVE))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("has too long a path")
        .hasMessageContaining("Use a shorter folder");
    Files.delete(deep);
  }

  @Test
  void anUnknownBoardIsRefusedByName() throws MachineException {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(MEGABYTES));
    line.addAll(List.of("-M", "amiga"));
    assertThatThrownBy(() -> RunningGuest.start(line, ram, folder, Role.LIVE))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("has no machine type 'amiga'");
  }
}
