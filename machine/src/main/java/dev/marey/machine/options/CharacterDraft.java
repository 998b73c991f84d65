package dev.marey.machine.options;

import dev.marey.machine.GuestDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges serial ports and character devices once the whole line has been read: one becomes the
 * console, those that need something of the host become null.
 *
 * <p>Threading: one thread, the reader of the line.
 */
final class CharacterDraft {

  private static final String CONSOLE_ID = "marey.console";
  private static final Set<String> HARMLESS = Set.of("null", "ringbuf", "msmouse", "testdev");

  // a terminal of QEMU's becomes one of Marey's
  private static final Set<String> SHOWN_ANYWAY = Set.of("stdio", "mon:stdio", "vc");
  private static final String ONLY_CONSOLE =
      "leads to Marey's console only, which keeps what is printed.";

  private final List<GivenOption> serials = new ArrayList<>();
  private final List<GivenOption> chardevs = new ArrayList<>();
  private Optional<String> firstDevice = Optional.empty();
  private boolean isaSerialDevice;

  void serial(GivenOption option) {
    serials.add(option);
  }

  void chardev(GivenOption option) {
    chardevs.add(option);
  }

  /** A parallel port, or the debug console. */
  static void port(GuestDraft draft, GivenOption option) {
    if (option.value().equals("none") || option.value().equals("null")) {
      draft.keep(option);
    } else {
      draft.keep(option, "null");
      draft.notice(option, "leads nowhere, because more than one QEMU would share it.");
    }
  }

  /** A device in front of a character device. */
  void device(String driver, String chardev) {
    isaSerialDevice |= driver.equals("isa-serial");
    if (firstDevice.isEmpty() && !chardev.isEmpty() && !driver.equals("virtserialport")) {
      firstDevice = Optional.of(chardev);
    }
  }

  /** Writes the arguments; true if one of them leads to the console. */
  boolean finish(GuestDraft draft) {
    Optional<GivenOption> consoleSerial =
        serials.stream().filter(serial -> !serial.value().equals("none")).findFirst();
    String consoleChardev =
        consoleSerial
            .map(serial -> serial.value().startsWith("chardev:") ? serial.value().substring(8) : "")
            .orElse(firstDevice.orElse(""));
    boolean found = false;
    for (GivenOption option : chardevs) {
      boolean console =
          !consoleChardev.isEmpty()
              && PropertyList.parse(option.value(), "backend").get("id").equals(consoleChardev);
      found |= console;
      chardev(draft, option, console);
    }
    // a default serial port is there unless the line takes it away
    boolean byDefault = serials.isEmpty() && !found && draft.defaults && !isaSerialDevice;
    for (GivenOption serial : serials) {
      boolean console = consoleSerial.filter(serial::equals).isPresent();
      if (console && !found) {
        addConsole(draft);
        found = true;
        if (!SHOWN_ANYWAY.contains(serial.value())) {
          draft.notice(serial, ONLY_CONSOLE);
        }
      } else if (console || serial.value().equals("none") || isKeptChardev(serial)) {
        draft.keep(serial);
      } else {
        draft.keep(serial, "null");
        draft.notice(serial, "leads nowhere; Marey's console shows the first serial port.");
      }
    }
    if (byDefault) {
      addConsole(draft);
      found = true;
    }
    return found;
  }

  private boolean isKeptChardev(GivenOption serial) {
    return serial.value().startsWith("chardev:")
        && chardevs.stream()
            .map(option -> PropertyList.parse(option.value(), "backend").get("id"))
            .anyMatch(serial.value().substring(8)::equals);
  }

  private static void addConsole(GuestDraft draft) {
    draft.arguments.addAll(
        List.of(
            "-chardev",
            "socket,id=" + CONSOLE_ID + ",path=" + GuestDefinition.CONSOLE_SOCKET,
            "-serial",
            "chardev:" + CONSOLE_ID));
  }

  private static void chardev(GuestDraft draft, GivenOption option, boolean console) {
    PropertyList list = PropertyList.parse(option.value(), "backend");
    String backend = list.get("backend");
    String mux = list.isOn("mux") ? ",mux=on" : "";
    if (console) {
      draft.keep(
          option, "socket,id=" + list.get("id") + ",path=" + GuestDefinition.CONSOLE_SOCKET + mux);
      if (!backend.equals("stdio") || list.find("logfile").isPresent()) {
        draft.notice(option, ONLY_CONSOLE);
      }
    } else if (HARMLESS.contains(backend) && list.find("logfile").isEmpty()) {
      draft.keep(option);
    } else if (backend.equals("help") || backend.equals("?")) {
      draft.refuse(option, "it makes QEMU print something and end.", "Remove it.");
    } else {
      draft.keep(option, "null,id=" + list.get("id") + mux);
      draft.notice(option, "leads nowhere, because more than one QEMU would share it.");
    }
  }
}
