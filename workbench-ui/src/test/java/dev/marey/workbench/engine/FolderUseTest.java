package dev.marey.workbench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderUseTest {

  @TempDir Path folder;

  @Test
  void countsFilesAndStepsOverWhatCannotBeSeen() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.write(inner.resolve("a"), new byte[100]);
    Path newest = Files.write(folder.resolve("b"), new byte[20]);
    Instant time = Instant.parse("2100-01-01T00:00:00Z");
    Files.setLastModifiedTime(newest, FileTime.from(time));
    Path unused = Files.createSymbolicLink(folder.resolve("c"), folder.resolve("gone"));
    assertThat(FolderUse.of(folder)).isEqualTo(new FolderUse(120, time));
    assertThat(FolderUse.of(folder.resolve("none")).bytes()).isZero();
  }
}
