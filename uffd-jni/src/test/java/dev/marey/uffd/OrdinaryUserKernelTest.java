package dev.marey.uffd;

import static dev.marey.uffd.GuestMemory.PAGE;
import static dev.marey.uffd.RegisterMode.MISSING;
import static dev.marey.uffd.RegisterMode.WRITE_PROTECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.uffd.testing.HostPermission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A user without any privilege, permission granted and refused. As root the tests set the host's
 * permission and step down to the user nobody; an ordinary user meets the host as it is, and the
 * same words are expected by what {@link UffdSupport} finds.
 */
@Timeout(60)
final class OrdinaryUserKernelTest {

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
  private static final int NOBODY = 65534;
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
  private static final String WHAT =
      "The kernel gave no userfaultfd, through which Marey sees the guest's writes. The system call"
          + " userfaultfd: Operation not permitted (EPERM). The device /dev/userfaultfd: Permission"
          + " denied (EACCES).\n";

  private Path folder;
  private Path program;
  private Path agent;

  @BeforeEach
  void copyWhatTheUserNeedsToAFolderOpenToAll() throws Exception {
    folder = Files.createTempDirectory(Path.of("/tmp"), "marey-ordinary-user-");
    open(folder);
    program = Files.copy(GuestMemory.PROGRAM, folder.resolve("guest-memory"));
    open(program);
    agent = NativeLibrary.unpackAgentInto(folder);
    open(agent);
  }

  @AfterEach
  void remove() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void processThatMayNotUseUserfaultfdIsRefusedWithBothErrorsAndTheRemedy() throws Exception {
    if (!ROOT) {
      assertHostsAnswerHoldsForTheProcess();
      return;
    }
    try (HostPermission host = HostPermission.take();
        AgentListener listener = AgentListener.open(folder, agent)) {
      host.refuse();
      assertThatThrownBy(() -> startAsOrdinaryUser(listener).close())
          .isInstanceOfSatisfying(
              NativeIoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM))
          .hasMessageStartingWith(WHAT)
          .hasMessageContaining("KERNEL==\"userfaultfd\", MODE=\"0660\", GROUP=\"")
          .hasMessageEndingWith("  sysctl vm.unprivileged_userfaultfd=1");
    }
  }

  @Test
  void deviceAloneLetsAnOrdinaryUsersProcessBeHandled() throws Exception {
    if (!ROOT) {
      assertHostsAnswerHoldsForTheProcess();
      return;
    }
    try (HostPermission host = HostPermission.take();
        AgentListener listener = AgentListener.open(folder, agent)) {
      host.grantDevice();
      try (GuestMemory guest = startAsOrdinaryUser(listener)) {
        assertThat(guest.uid()).isEqualTo(NOBODY);
        assertWritesAreSeen(guest);
      }
    }
  }

  @Test
  void supportIsJudgedByTryingAsTheUserAtHand() throws Exception {
    if (!ROOT) {
      assertHostsAnswerHoldsForTheProcess();
      return;
    }
    try (HostPermission host = HostPermission.take()) {
      host.refuse();
      assertThat(probeAsOrdinaryUser()).startsWith(WHAT).contains("GROUP=\"nogroup\"");
      assertThat(UffdSupport.unavailabilityCause()).as("root may").isEmpty();
    }
    try (HostPermission host = HostPermission.take()) {
      host.grantDevice();
      assertThat(probeAsOrdinaryUser()).startsWith("available\n");
    }
  }

  private void assertHostsAnswerHoldsForTheProcess() throws Exception {
    Optional<UnavailabilityCause> cause = UffdSupport.unavailabilityCause();
    try (AgentListener listener = AgentListener.open(folder, agent)) {
      if (cause.isPresent()) {
        assertThatThrownBy(() -> startAsOrdinaryUser(listener).close())
            .hasMessage(cause.get().message());
      } else {
        try (GuestMemory guest = startAsOrdinaryUser(listener)) {
          assertWritesAreSeen(guest);
        }
      }
    }
  }

  private static void assertWritesAreSeen(GuestMemory guest) throws Exception {
    try (Userfaultfd userfaultfd = guest.register(MISSING, WRITE_PROTECT);
        FaultPoll poll = FaultPoll.open(userfaultfd);
        FaultBatch batch = FaultBatch.allocate(1);
        NativeMemory source = NativeMemory.allocate(PAGE)) {
      userfaultfd.copy(guest.address(0), source.address(), PAGE, true);
      CompletableFuture<String> write = guest.write(0, 1, 7);
      assertThat(poll.await(20_000)).isTrue();
      assertThat(userfaultfd.read(batch)).isEqualTo(1);
      assertThat(batch.writeProtect(0)).isTrue();
      userfaultfd.writeUnprotect(batch.address(0), PAGE);
      assertThat(write.get()).startsWith("wrote ");
    }
  }

  /** The agent goes in behind the programs that step down: it belongs in the last one alone. */
  private GuestMemory startAsOrdinaryUser(AgentListener listener) throws Exception {
    Map<String, String> environment = listener.environment(Optional.empty());
    if (!ROOT) {
      return GuestMemory.start(1, List.of(), program, listener, environment);
    }
    open(listener.folder());
    Files.setPosixFilePermissions(
        listener.socketPath(), PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> launcher = new ArrayList<>(AS_NOBODY);
    launcher.add("env");
    environment.forEach((name, value) -> launcher.add(name + "=" + value));
    return GuestMemory.start(1, launcher, program, listener, Map.of());
  }

  private String probeAsOrdinaryUser() throws Exception {
    Path classes = folder.resolve("classes");
    if (Files.notExists(classes)) {
      copyClasses(Path.of("target/classes"), classes);
      copyClasses(Path.of("target/test-classes"), classes);
    }
    List<String> command = new ArrayList<>(AS_NOBODY);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classes.toString(),
            SupportProbe.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile()).environment().remove("XDG_RUNTIME_DIR");
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void copyClasses(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
        open(copy);
      }
    }
  }

  private static void open(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
