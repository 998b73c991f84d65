package dev.marey.snapshot.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.disk.RawImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteadyImageTest {

  @TempDir Path folder;

  @Test
  void whoIsInterruptedWhileHeReadsCutsNobodyOff() throws Exception {
    Path file = Files.write(folder.resolve("disk.raw"), new byte[] {1, 2, 3, 4});
    try (SteadyImage image = new SteadyImage(RawImage.open(file))) {
      for (int i = 0; i < 2; i++) {
        ByteBuffer read = ByteBuffer.allocate(4);
        Thread.currentThread().interrupt();
        image.read(0, read);
        assertThat(Thread.interrupted()).as("it still is").isTrue();
        assertThat(read.array()).containsExactly(1, 2, 3, 4);
      }
    }
  }
}
