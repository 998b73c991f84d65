package dev.marey.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file or socket in a machine's private folder that is used once. */
final class ScratchFile {

  private ScratchFile() {}

  /** What cannot be deleted goes with its folder, or with this JVM. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
