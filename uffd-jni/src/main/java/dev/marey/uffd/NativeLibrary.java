package dev.marey.uffd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The native code carried in the jar: unpacks it into a new folder that only this user can enter,
 * loads the JNI library, and keeps the agent there for QEMU to load until this JVM exits.
 *
 * <p>Threading: any; the library is loaded once, by class initialisation.
 */
final class NativeLibrary {

  private static final String LIBRARY = "libmarey_uffd.so";
  private static final String AGENT = "libmarey_agent.so";
  private static final Pattern SEPARATOR = Pattern.compile("[\\s:]");

  private static final class Loaded {
    static final Path FOLDER =
        unpackIntoFirstUsable(
            usable(
                List.of(
                    Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")),
                    Optional.ofNullable(System.getProperty("java.io.tmpdir")),
                    Optional.of("/tmp"))));
  }

  private NativeLibrary() {}

  /** Loads the JNI library unless it is loaded. */
  static void load() {
    Path unused = Loaded.FOLDER;
  }

  /** The agent's shared library, for LD_PRELOAD. */
  static Path agent() {
    return Loaded.FOLDER.resolve(AGENT);
  }

  /** This JVM's private folder, deleted at its exit with everything in it. */
  static Path privateFolder() {
    return Loaded.FOLDER;
  }

  /** Writes the agent into another folder, for a process that may not enter the private one. */
  static Path unpackAgentInto(Path folder) throws IOException {
    return unpack(AGENT, folder);
  }

  /**
   * Where the native code may go, best first. A folder named with a space or a colon will not do:
   * LD_PRELOAD separates by both and knows no quoting.
   */
  static List<Path> usable(List<Optional<String>> folders) {
    return folders.stream()
        .flatMap(Optional::stream)
        .filter(folder -> folder.startsWith("/") && !SEPARATOR.matcher(folder).find())
        .map(Path::of)
        .toList();
  }

  static Path unpackIntoFirstUsable(List<Path> parents) {
    IllegalStateException failure =
        new IllegalStateException(
            "Marey's native code could not be unpacked and loaded from any of "
                + parents
                + ". Set XDG_RUNTIME_DIR or -Djava.io.tmpdir to a folder of yours that has space,"
                + " is not mounted noexec, and has no space or colon in its name.");
    for (Path parent : parents) {
      try {
        return unpackAndLoad(parent);
      } catch (IOException | UnsatisfiedLinkError e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  /**
   * The folder is made with a new random name, mode 0700: nobody else can have put a file there.
   */
  private static Path unpackAndLoad(Path parent) throws IOException {
    Path folder =
        Files.createTempDirectory(
            parent,
            "marey-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Path library = unpack(LIBRARY, folder);
      System.load(library.toString());
      Files.delete(library);
      unpack(AGENT, folder);
    } catch (IOException | UnsatisfiedLinkError e) {
      delete(folder);
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "marey-unpacked-files"));
    return folder;
  }

  private static Path unpack(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream resource = NativeLibrary.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IOException(name + " is not in the jar: it was built without its native code");
      }
      Files.copy(resource, file);
    }
    return file;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
