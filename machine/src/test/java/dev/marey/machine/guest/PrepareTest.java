package dev.marey.machine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that prepares the guests: what it says is missing, and that it does nothing twice. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PrepareTest {

  private static final Path SCRIPT = Path.of("src/guest/prepare").toAbsolutePath();

  @TempDir Path folder;

  private record Said(String text, int code) {}

  @Test
  void whatIsMissingIsListedWithItsSizeAndNothingIsMade() throws Exception {
    List<String> lines = prepare("--missing", "--tests").text().lines().toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).matches("[0-9]{8} demo guest's kernel");
    assertThat(lines.get(1)).matches("[0-9]{6,7} demo guest's busybox");
    assertThat(lines.get(2))
        .matches("[0-9]{8} second QEMU for the tests \\(10.0, unpacked only\\)");
    assertThat(cache()).doesNotExist();
  }

  @Test
  void whatIsThereIsNotMissing() throws Exception {
    make("debian/kernel/vmlinuz");
    Files.createDirectory(cache().resolve("debian/kernel/modules"));
    assertThat(prepare("--missing").text()).matches("[0-9]+ demo guest's busybox\n");

    make("debian/busybox/busybox");
    make("qemu-10/usr/bin/qemu-system-x86_64");

    assertThat(prepare("--missing", "--tests")).isEqualTo(new Said("", 0));
  }

  /** No apt, no compiler, nothing but the guests of the user who runs the tests. */
  @Test
  void preparedGuestsNeedNeitherNetworkNorCompiler() throws Exception {
    Path user =
        PreparedGuests.cacheFolder(System.getenv(), Path.of(System.getProperty("user.home")));
    String hash = user.resolve("guests/current").toRealPath().getFileName().toString();
    List<Path> links = new ArrayList<>();
    for (String part : List.of("debian/kernel", "debian/busybox", "guests/" + hash)) {
      Path link = cache().resolve(part);
      Files.createDirectories(link.getParent());
      links.add(Files.createSymbolicLink(link, user.resolve(part)));
    }
    for (String program : List.of("apt-get", "apt-cache", "gcc", "ld")) {
      Path refusing = Files.createDirectories(folder.resolve("bin")).resolve(program);
      Files.writeString(refusing, "#!/bin/sh\necho called: $0 $* >&2\nexit 1\n");
      assertThat(refusing.toFile().setExecutable(true)).isTrue();
    }

    assertThat(prepare("--quiet")).isEqualTo(new Said("", 0));
    assertThat(prepare())
        .isEqualTo(new Said("  guests: " + cache().resolve("guests/current") + "\n", 0));
    assertThat(cache().resolve("guests/current").toRealPath()).isEqualTo(links.get(2).toRealPath());
    Files.delete(cache().resolve("guests/current"));
    for (Path link : links) {
      Files.delete(link);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamedWithTheWayOut() throws Exception {
    Files.createFile(cache());

    assertThat(prepare())
        .isEqualTo(
            new Said(
                "marey guests: the folder "
                    + cache()
                    + " cannot be made; set XDG_CACHE_HOME to one that can\n",
                1));
  }

  @Test
  void anUnknownArgumentIsNamed() throws Exception {
    assertThat(prepare("--all")).isEqualTo(new Said("prepare: unknown argument '--all'\n", 2));
  }

  private Path cache() {
    return folder.resolve("marey");
  }

  private void make(String file) throws IOException {
    Path made = cache().resolve(file);
    Files.createDirectories(made.getParent());
    assertThat(Files.createFile(made).toFile().setExecutable(true)).isTrue();
  }

  private Said prepare(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("XDG_CACHE_HOME", folder.toString());
    builder.environment().merge("PATH", "", (path, none) -> folder.resolve("bin") + ":" + path);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(text, process.waitFor());
  }
}
