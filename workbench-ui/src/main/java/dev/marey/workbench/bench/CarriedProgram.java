package dev.marey.workbench.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The C programs carried in the jar: unpacked once into a private folder, which goes when this JVM
 * exits.
 *
 * <p>Threading: any.
 */
final class CarriedProgram {

  private static final String LIMITS = "limits";
  private static final String GUARD = "guard";

  private static final class Unpacked {
    static final Path FOLDER = unpack();
  }

  private CarriedProgram() {}

  /** What the kernel can do at best. */
  static Path limits() {
    return Unpacked.FOLDER.resolve(LIMITS);
  }

  /** Ends a program with this process. */
  static Path guard() {
    return Unpacked.FOLDER.resolve(GUARD);
  }

  private static Path unpack() {
    try {
      Path folder = Files.createTempDirectory("marey-bench");
      unpack(LIMITS, folder);
      unpack(GUARD, folder);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> remove(folder), "marey-unpacked-programs"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("unpacking the benchmark's programs failed", e);
    }
  }

  private static void unpack(String name, Path folder) throws IOException {
    Path program = folder.resolve(name);
    try (InputStream resource = CarriedProgram.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IOException(name + " is not in the jar: it was built without its native code");
      }
      Files.copy(resource, program);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static void remove(Path folder) {
    try {
      Bench.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
