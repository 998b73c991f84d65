package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.machine.QemuBinary;
import dev.marey.machine.guest.PreparedGuests;
import dev.marey.uffd.UffdSupport;
import dev.marey.uffd.UnavailabilityCause;
import dev.marey.workbench.settings.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at this machine with the means the engine itself uses, so that what it says is what a run
 * would meet.
 *
 * <p>Threading: one thread.
 */
final class Doctor {

  private static final long LEAST_DISK_BYTES = 1_000_000_000;
  private static final long GDB_SECONDS = 10;
  private static final String QEMU = "qemu-system-x86_64";
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

  private final Folders folders;
  private final Map<String, String> environment;

  Doctor(Folders folders, Map<String, String> environment) {
    this.folders = folders;
    this.environment = environment;
  }

  List<Check> checks() {
    return List.of(
        kernel(System.getProperty("os.name"), System.getProperty("os.version")),
        userfaultfd(UffdSupport.unavailabilityCause()),
        qemu(QEMU),
        gdb("gdb"),
        disk(folders.sessions(), LEAST_DISK_BYTES),
        display(),
        guests(PreparedGuests::find));
  }

  static Check kernel(String system, String release) {
    String found = system + " " + release;
    Matcher numbers = RELEASE.matcher(release);
    int version =
        numbers.matches()
            ? Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2))
            : 0;
    return system.equals("Linux") && version >= 5_019
        ? Check.fine("kernel", true, found)
        : Check.missing(
            "kernel",
            true,
            found,
            "Use Linux 5.19 or newer: it can write-protect shared memory. Debian 12 has 6.1.");
  }

  static Check userfaultfd(Optional<UnavailabilityCause> cause) {
    return cause
        .map(why -> Check.missing("userfaultfd", true, why.what(), why.remedy()))
        .orElseGet(
            () ->
                Check.fine(
                    "userfaultfd", true, "permitted, with all features live snapshots need"));
  }

  static Check qemu(String program) {
    try {
      QemuBinary binary = QemuBinary.probe(QemuBinary.find(program, Path.of("").toAbsolutePath()));
      return Check.fine("qemu", true, "QEMU " + binary.version() + ", " + binary.path());
    } catch (MachineException e) {
      return Check.missing(
          "qemu", true, String.valueOf(e.getMessage()), "Needed: QEMU 7.2 or newer for x86-64.");
    }
  }

  static Check gdb(String program) {
    String remedy = "Install it to debug guests (Debian: apt install gdb).";
    try {
      Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor(GDB_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
      String first = said.lines().findFirst().orElse("it says nothing");
      return done
          ? Check.fine("gdb", false, first)
          : Check.missing("gdb", false, "gdb does not start: " + first, remedy);
    } catch (IOException e) {
      return Check.missing("gdb", false, "there is no gdb on the PATH", remedy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.missing("gdb", false, "interrupted while asking for its version", remedy);
    }
  }

  static Check disk(Path folder, long leastBytes) {
    try {
      Path there = folder;
      while (!Files.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      if (!Files.isWritable(there)) {
        return Check.missing(
            "disk",
            true,
            there + " cannot be written",
            "Make it writable, or set XDG_DATA_HOME to a folder that is.");
      }
      long free = Files.getFileStore(there).getUsableSpace();
      String found = ByteText.of(free) + " free for sessions, " + folder;
      return free >= leastBytes
          ? Check.fine("disk", true, found)
          : Check.missing(
              "disk",
              true,
              found,
              "Free at least "
                  + ByteText.of(leastBytes)
                  + ", or set XDG_DATA_HOME to a bigger disk.");
    } catch (IOException e) {
      return Check.missing(
          "disk", true, folder + " cannot be looked at: " + e.getMessage(), "Check the path.");
    }
  }

  private Check display() {
    String display = environment.getOrDefault("DISPLAY", "");
    return display.isEmpty()
        ? Check.missing(
            "display",
            false,
            "DISPLAY is not set, so no window can open",
            "Nothing needs doing for the command line; for the window start Marey on a desktop.")
        : Check.fine("display", false, display);
  }

  /** Where the guests are that Marey brings along. */
  interface Guests {
    PreparedGuests find() throws MachineException;
  }

  static Check guests(Guests guests) {
    try {
      return Check.fine("guests", false, "demo and bare-metal guest in " + guests.find().folder());
    } catch (MachineException e) {
      String found = String.valueOf(e.getMessage()).replace(" " + PreparedGuests.REMEDY, "");
      return Check.missing("guests", false, found, PreparedGuests.REMEDY);
    }
  }
}
