package dev.marey.workbench.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How large a file is under {@code zstd -1}. */
final class ZstdSize {

  private ZstdSize() {}

  /** Nothing if there is no program {@code zstd}. */
  static OptionalLong of(Path file) throws IOException {
    Process zstd;
    try {
      zstd =
          new ProcessBuilder("zstd", "-1", "-q", "-c", file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    try (InputStream output = zstd.getInputStream()) {
      return OptionalLong.of(count(output));
    } finally {
      zstd.destroy();
    }
  }

  private static long count(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    int count;
    while ((count = in.read(buffer)) >= 0) {
      bytes += count;
    }
    return bytes;
  }
}
