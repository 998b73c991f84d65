package dev.marey.uffd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibraryTest {

  @Test
  void agentLiesInAFolderThatOnlyThisUserCanEnter() throws Exception {
    Path folder = NativeLibrary.privateFolder();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(NativeLibrary.agent()).isRegularFile().hasParent(folder);
  }

  @Test
  void foldersThatLdPreloadCannotNameAreLeftOut() {
    assertThat(
            NativeLibrary.usable(
                List.of(
                    Optional.of("/run/user/1000"),
                    Optional.empty(),
                    Optional.of("/tmp/with space"),
                    Optional.of("/tmp/with:colon"),
                    Optional.of("relative"),
                    Optional.of("/tmp"))))
        .containsExactly(Path.of("/run/user/1000"), Path.of("/tmp"));
  }

  @Test
  void whereNoFolderWillDoTheRemedyIsTold() {
    assertThatThrownBy(
            () -> NativeLibrary.unpackIntoFirstUsable(List.of(Path.of("/nonexistent/folder"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Marey's native code could not be unpacked and loaded from any of"
                + " [/nonexistent/folder]. Set XDG_RUNTIME_DIR or -Djava.io.tmpdir to a folder of"
                + " yours that has space, is not mounted noexec, and has no space or colon in its"
                + " name.");
  }

  @Test
  void fileThatSomebodyHasPlantedIsNotReplacedNorUsed(@TempDir Path folder) throws Exception {
    Path planted = folder.resolve("libmarey_agent.so");
    Files.writeString(planted, "planted");

    assertThatThrownBy(() -> NativeLibrary.unpackAgentInto(folder))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void nothingIsLeftWhenTheJvmExits(@TempDir Path temp) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temp,
            "-cp",
            System.getProperty("java.class.path"),
            SupportProbe.class.getName());
    builder.environment().put("XDG_RUNTIME_DIR", temp.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).contains("unpacked into " + temp);
    assertThat(process.waitFor()).as(output).isZero();
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).noneMatch(file -> file.getFileName().toString().startsWith("marey-"));
    }
  }
}
