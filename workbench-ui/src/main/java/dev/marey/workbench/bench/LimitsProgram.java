package dev.marey.workbench.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The program {@code limits}, carried in the jar: unpacked once into a private folder, which goes
 * when this JVM exits.
 *
 * <p>Threading: any.
 */
final class LimitsProgram {

  private static final String NAME = "limits";

  private static final class Unpacked {
    static final Path PROGRAM = unpack();
  }

  private LimitsProgram() {}

  static Path path() {
    return Unpacked.PROGRAM;
  }

  private static Path unpack() {
    try (InputStream resource = LimitsProgram.class.getResourceAsStream(NAME)) {
      if (resource == null) {
        throw new IllegalStateException(
            "the program 'limits' is not in the jar: it was built without its native code");
      }
      Path folder = Files.createTempDirectory("marey-limits");
      Path program = folder.resolve(NAME);
      Files.copy(resource, program);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    boolean unused = program.toFile().delete() && folder.toFile().delete();
                  },
                  "marey-limits-file"));
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("unpacking the program 'limits' failed", e);
    }
  }
}
