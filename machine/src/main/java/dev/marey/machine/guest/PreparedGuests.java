package dev.marey.machine.guest;

import dev.marey.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files that {@code ./marey guests} prepared: a small Linux (the demo) and a program without an
 * operating system. {@code docs/guests.md} describes what they do and print.
 *
 * @param folder where they are, symbolic links resolved: it stays the same when guests are prepared
 *     anew, so a session may keep these paths
 */
public record PreparedGuests(Path folder) {

  /** What to do where they are missing; the last words of the message that says so. */
  public static final String REMEDY = "Prepare them with: ./marey guests";

  /** System property or environment variable that names another folder than the cache. */
  private static final String PROPERTY = "marey.guests";

  private static final String VARIABLE = "MAREY_GUESTS";

  /** The guests of this user, or of the folder that {@code MAREY_GUESTS} names. */
  public static PreparedGuests find() throws MachineException {
    String property = System.getProperty(PROPERTY);
    return property == null
        ? find(System.getenv(), Path.of(System.getProperty("user.home")))
        : in(Path.of(property));
  }

  /**
   * The same with an environment and a home folder of the caller's.
   *
   * @throws MachineException when they are not prepared; the message says how to
   */
  public static PreparedGuests find(Map<String, String> environment, Path userHome)
      throws MachineException {
    String named = environment.getOrDefault(VARIABLE, "");
    return in(
        named.isEmpty()
            ? cacheFolder(environment, userHome).resolve("guests").resolve("current")
            : Path.of(named));
  }

  /** Marey's folder for what can be downloaded or built again. */
  public static Path cacheFolder(Map<String, String> environment, Path userHome) {
    String cacheHome = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    Path caches =
        cacheHome.isEmpty()
            ? (home.isEmpty() ? userHome : Path.of(home)).resolve(".cache")
            : Path.of(cacheHome);
    return caches.resolve("marey");
  }

  private static PreparedGuests in(Path folder) throws MachineException {
    try {
      PreparedGuests guests = new PreparedGuests(folder.toRealPath());
      for (Path file : List.of(guests.demoKernel(), guests.demoInitrd(), guests.bareMetal())) {
        if (!Files.isReadable(file)) {
          throw new MachineException(missing(folder), new IOException(file + " cannot be read"));
        }
      }
      return guests;
    } catch (IOException e) {
      throw new MachineException(missing(folder), e);
    }
  }

  private static String missing(Path folder) {
    return "The demo and test guests were looked for in "
        + folder
        + " and are not there. "
        + REMEDY;
  }

  public Path demoKernel() {
    return folder.resolve("demo").resolve("vmlinuz");
  }

  public Path demoInitrd() {
    return folder.resolve("demo").resolve("initrd");
  }

  /** A multiboot ELF file with debug information. */
  public Path bareMetal() {
    return folder.resolve("bare-metal").resolve("bare-metal.elf");
  }

  /**
   * A command line as a person would write it: serial shell, VGA screen with keyboard, no network.
   */
  public List<String> demoCommandLine(int megabytes) {
    return List.of(
        "qemu-system-x86_64",
        "-m",
        megabytes + "M",
        "-kernel",
        demoKernel().toString(),
        "-initrd",
        demoInitrd().toString(),
        "-append",
        "console=tty0 console=ttyS0 quiet panic=5",
        "-vga",
        "std",
        "-nic",
        "none");
  }

  /** The bare-metal guest, its console on the first serial port; it has nothing on a screen. */
  public List<String> bareMetalCommandLine(int megabytes) {
    return List.of(
        "qemu-system-x86_64",
        "-m",
        megabytes + "M",
        "-kernel",
        bareMetal().toString(),
        "-vga",
        "none",
        "-nic",
        "none");
  }
}
