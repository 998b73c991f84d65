package dev.marey.workbench.cli;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.guest.PreparedGuests;
import dev.marey.machine.options.CommandLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The guest a person chose: the demo, or a QEMU command line of his own.
 *
 * @param guest what to boot
 * @param name for the session if it is given none
 * @param session the session's folder if it was given behind the QEMU line
 */
record GuestChoice(GuestDefinition guest, String name, Optional<String> session) {

  static final int DEMO_MEGABYTES = 256;

  /**
   * Makes the guest.
   *
   * @param demo whether {@code --demo} was given
   * @param qemu what was behind {@code --}
   * @param sessionGiven whether the session was named elsewhere
   */
  static GuestChoice of(
      boolean demo, Optional<List<String>> qemu, boolean sessionGiven, Path workingFolder)
      throws UserErrorException, MachineException {
    if (demo && qemu.isPresent()) {
      throw new WrongUsageException(
          "Two guests were given: --demo, and a QEMU command line behind --. Leave one of them out.");
    }
    if (qemu.isEmpty()) {
      if (!demo) {
        throw new WrongUsageException(
            "No guest was given. Add --demo for the demo guest, or your own behind two dashes:"
                + " -- qemu-system-x86_64 -m 512M …");
      }
      return new GuestChoice(demo(workingFolder), "demo", Optional.empty());
    }
    List<String> words = qemu.get();
    Optional<QemuWords.WithSession> behind =
        sessionGiven ? Optional.empty() : QemuWords.sessionAtEnd(words, workingFolder);
    GuestDefinition guest =
        CommandLine.of(behind.map(QemuWords.WithSession::words).orElse(words), workingFolder)
            .accept();
    return new GuestChoice(guest, "guest", behind.map(QemuWords.WithSession::session));
  }

  static GuestDefinition demo(Path workingFolder) throws MachineException {
    return CommandLine.of(PreparedGuests.find().demoCommandLine(DEMO_MEGABYTES), workingFolder)
        .accept();
  }
}
