package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuWordsTest {

  private static final String QEMU = "qemu-system-x86_64";

  @TempDir Path folder;

  @Test
  void withoutDashesEverythingIsMareys() {
    assertThat(QemuWords.split(List.of("record", "--demo", "mine")))
        .isEqualTo(new QemuWords(List.of("record", "--demo", "mine"), Optional.empty()));
  }

  @Test
  void theQemuLineMayComeLast() {
    assertThat(QemuWords.split(List.of("record", "mine", "--", QEMU, "-m", "64M")))
        .isEqualTo(
            new QemuWords(List.of("record", "mine"), Optional.of(List.of(QEMU, "-m", "64M"))));
  }

  @Test
  void theQemuLineEndsAtAnOptionOnlyMareyHas() {
    assertThat(
            QemuWords.split(
                List.of("record", "--", QEMU, "-m", "64M", "--every", "1s", "--count=5", "mine")))
        .isEqualTo(
            new QemuWords(
                List.of("record", "--every", "1s", "--count=5", "mine"),
                Optional.of(List.of(QEMU, "-m", "64M"))));
  }

  @Test
  void theQemuLineEndsAtASecondPairOfDashes() {
    assertThat(QemuWords.split(List.of("run", "--", QEMU, "-S", "--", "mine")))
        .isEqualTo(new QemuWords(List.of("run", "mine"), Optional.of(List.of(QEMU, "-S"))));
  }

  @Test
  void aValueThatLooksLikeAnOptionOfMareysStaysQemus() {
    assertThat(QemuWords.split(List.of("run", "--", QEMU, "-append", "--count")))
        .isEqualTo(new QemuWords(List.of("run"), Optional.of(List.of(QEMU, "-append", "--count"))));
  }

  @Test
  void aLastWordThatBelongsToNoOptionIsTheSession() {
    assertThat(QemuWords.sessionAtEnd(List.of(QEMU, "-m", "64M", "mine"), folder))
        .contains(new QemuWords.WithSession("mine", List.of(QEMU, "-m", "64M")));
    assertThat(QemuWords.sessionAtEnd(List.of(QEMU, "-m", "64M"), folder)).isEmpty();
    assertThat(QemuWords.sessionAtEnd(List.of(QEMU, "-S"), folder)).isEmpty();
    assertThat(QemuWords.sessionAtEnd(List.of(QEMU), folder)).isEmpty();
  }

  @Test
  void aLastWordThatNamesAFileIsADisk() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    assertThat(QemuWords.sessionAtEnd(List.of(QEMU, "disk.img"), folder)).isEmpty();
  }

  @Test
  void andSoIsOneThatIsMistypedButLooksLikeAnImageOrIsADevice() {
    for (String disk : List.of("dsik.img", "d.QCOW2", "nbd:localhost:10809", "/dev/null")) {
      assertThat(QemuWords.sessionAtEnd(List.of(QEMU, disk), folder)).as(disk).isEmpty();
    }
  }
}
