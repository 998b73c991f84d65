package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.uffd.UffdSupport;
import dev.marey.uffd.testing.HostPermission;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A user without any privilege captures and reverts, with access to {@code /dev/userfaultfd} and
 * without. As root the tests set the host's permission and step down to the user nobody; an
 * ordinary user meets the host as it is.
 */
@Timeout(180)
final class OrdinaryUserQemuTest {

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Path folder;
  private List<String> command;

  @BeforeEach
  void copyWhatTheUserNeedsToAFolderOpenToAll() throws IOException {
    folder = Files.createTempDirectory(Path.of("/tmp"), "marey-ordinary-user-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path guest = folder.resolve("bare-metal.elf");
    Files.copy(TestGuests.bareMetal(), guest);
    command = new ArrayList<>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    }
    List<String> java = ChildJvm.command(OrdinaryUser.class, folder.toString(), guest.toString());
    java.set(java.indexOf("-cp") + 1, readableClassPath(java.get(java.indexOf("-cp") + 1)));
    command.addAll(java);
  }

  /** Copies of everything on the class path: the user may not see into ours. */
  private String readableClassPath(String classPath) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : List.of(classPath.split(File.pathSeparator, -1))) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        Path to = folder.resolve("cp" + copies.size() + "-" + from.getFileName());
        copy(from, to);
        copies.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy);
        Files.setPosixFilePermissions(
            copy,
            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  @AfterEach
  void remove() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void withAccessToTheDeviceAnOrdinaryUserCapturesAndReverts() throws Exception {
    if (ROOT) {
      try (HostPermission host = HostPermission.take()) {
        host.grantDevice();
        assertThat(run()).contains("reverted to S1, counter goes on");
      }
    } else if (UffdSupport.unavailabilityCause().isEmpty()) {
      assertThat(run()).contains("reverted to S1, counter goes on");
    } else {
      assertThat(run()).contains("KERNEL==\"userfaultfd\"");
    }
  }

  @Test
  void withoutItTheGuestDoesNotStartAndTheRemedyIsTold() throws Exception {
    if (ROOT) {
      try (HostPermission host = HostPermission.take()) {
        host.refuse();
        assertThat(run())
            .contains("Starting the guest failed")
            .contains("Operation not permitted (EPERM)")
            .contains("KERNEL==\"userfaultfd\", MODE=\"0660\", GROUP=\"")
            .contains("sysctl vm.unprivileged_userfaultfd=1");
      }
    } else {
      assertThat(run()).isNotEmpty();
    }
  }

  private String run() throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("XDG_RUNTIME_DIR");
    builder.directory(folder.toFile());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
