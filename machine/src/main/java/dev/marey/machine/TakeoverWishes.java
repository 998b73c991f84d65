package dev.marey.machine;

import dev.marey.machine.qmp.QmpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of the host belongs to the live machine alone: forwarded ports and the gdb server.
 *
 * <p>Threading: any (lock: this).
 */
final class TakeoverWishes {

  private static final String LOOPBACK = "127.0.0.1";

  private final GuestDefinition guest;
  private final QmpClient qmp;
  private final List<PortForward> open = new ArrayList<>();
  private boolean gdbOpen;

  TakeoverWishes(GuestDefinition guest, QmpClient qmp) {
    this.guest = guest;
    this.qmp = qmp;
  }

  /** Opens all that is not open; what cannot be opened is told, and the rest opened. */
  synchronized List<String> attach() throws MachineException {
    List<String> failures = new ArrayList<>();
    for (PortForward forward : guest.portForwards()) {
      if (open.contains(forward)) {
        continue;
      }
      String answer = qmp.humanMonitor("hostfwd_add " + forward.network() + " " + forward.rule());
      if (answer.isBlank()) {
        open.add(forward);
      } else {
        failures.add(
            "The port of hostfwd="
                + forward.rule()
                + " could not be opened: "
                + oneLine(answer)
                + ". Is another program using it?");
      }
    }
    Optional<String> gdb = guest.gdb();
    if (gdb.isPresent() && !gdbOpen) {
      String where = loopback(gdb.get());
      String answer = qmp.humanMonitor("gdbserver " + where);
      gdbOpen = answer.startsWith("Waiting for gdb connection");
      if (!gdbOpen) {
        failures.add(
            "The gdb server at "
                + where
                + " could not be opened: "
                + oneLine(answer)
                + ". Is another program using the port?");
      }
    }
    return List.copyOf(failures);
  }

  private static String oneLine(String answer) {
    return String.join(". ", answer.strip().split("\\s*\\R\\s*", -1));
  }

  /** {@code tcp::1234} means every address in QEMU; here only this machine may connect. */
  static String loopback(String gdb) {
    String address = gdb.replaceFirst(",.*", "");
    String port = address.substring(address.lastIndexOf(':') + 1);
    return "tcp:" + LOOPBACK + ":" + port;
  }
}
