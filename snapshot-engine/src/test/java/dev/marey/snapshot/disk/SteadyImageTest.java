package dev.marey.snapshot.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.disk.RawImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteadyImageTest {

  @TempDir Path folder;

  /**
   * Sabotage that fails it: reading on the caller's thread, whose interruption closes the file for
   * all.
   */
  @Test
  void anInterruptionInTheMiddleOfAReadCutsNobodyOffEither() throws Exception {
    Path file = Files.write(folder.resolve("disk.raw"), new byte[1 << 22]);
    try (SteadyImage image = new SteadyImage(RawImage.open(file))) {
      AtomicInteger reads = new AtomicInteger();
      Thread reader =
          new Thread(
              () -> {
                try {
                  while (reads.incrementAndGet() < 2000) {
                    image.read(0, ByteBuffer.allocateDirect(1 << 20));
                  }
                } catch (IOException e) {
                  reads.set(-1);
                }
              });
      reader.start();
      while (reader.isAlive()) {
        reader.interrupt();
        LockSupport.parkNanos(20_000);
      }
      assertThat(reads).hasValue(2000);
      image.read(0, ByteBuffer.allocate(4));
    }
  }

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
