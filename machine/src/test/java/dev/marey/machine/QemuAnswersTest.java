package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuAnswersTest {

  private static final FileTime THEN = FileTime.fromMillis(1_700_000_000_123L);

  @TempDir Path folder;

  private QemuBinary qemu = binary("unset", "unset");

  @BeforeEach
  void makeProgram() throws IOException {
    qemu = program("qemu", "7.2.22");
  }

  private static QemuBinary binary(String path, String version) {
    return new QemuBinary(
        Path.of(path), version, "pc-i440fx-7.2", Map.of("pc", "pc.ram", "q35", "pc.ram"));
  }

  private QemuBinary program(String name, String version) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[] {0x7f, 'E', 'L', 'F', 2});
    return binary(file.toString(), version);
  }

  @Test
  void aScriptIsAskedEachTime() throws Exception {
    Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\nexec qemu\n");
    answers().add(binary(script.toString(), "7.2.22"), THEN, 10);
    assertThat(answers().find(script, THEN, 10)).isEmpty();
  }

  private QemuAnswers answers() {
    return new QemuAnswers(folder.resolve("cache"));
  }

  @Test
  void anAnswerCountsForTheFileThatGaveIt() {
    assertThat(answers().find(qemu.path(), THEN, 10)).isEmpty();
    answers().add(qemu, THEN, 10);
    assertThat(answers().find(qemu.path(), THEN, 10)).contains(qemu);
    assertThat(answers().find(qemu.path(), THEN, 11)).isEmpty();
    assertThat(answers().find(qemu.path(), FileTime.fromMillis(1), 10)).isEmpty();
    assertThat(answers().find(Path.of("/opt/qemu"), THEN, 10)).isEmpty();
  }

  @Test
  void aNewerAnswerOfTheSameProgramReplacesTheOldOneAndOnlyTheLastFewStay() throws Exception {
    answers().add(qemu, THEN, 10);
    QemuBinary newer = binary(qemu.path().toString(), "10.0.2");
    answers().add(newer, THEN, 12);
    assertThat(answers().find(qemu.path(), THEN, 10)).isEmpty();
    assertThat(answers().find(qemu.path(), THEN, 12)).contains(newer);
    for (int i = 0; i < 8; i++) {
      answers().add(program("qemu" + i, "8.0." + i), THEN, i);
    }
    assertThat(answers().find(qemu.path(), THEN, 12)).isEmpty();
    assertThat(answers().find(folder.resolve("qemu0"), THEN, 0)).isPresent();
  }

  @Test
  void aDamagedFileIsAskedNoMoreThanAMissingOneAndIsReplaced() throws Exception {
    answers().add(qemu, THEN, 10);
    Files.writeString(folder.resolve("cache/qemu-programs.json"), "[{\"path\": \"/usr");
    assertThat(answers().find(qemu.path(), THEN, 10)).isEmpty();
    answers().add(qemu, THEN, 10);
    assertThat(answers().find(qemu.path(), THEN, 10)).contains(qemu);
    try (var files = Files.list(folder.resolve("cache"))) {
      assertThat(files).hasSize(1);
    }
  }
}
