package dev.marey.machine.console;

import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * QEMU's human monitor for people. Commands that look at the guest or act on it as its user could
 * are run; those that would take the machine out of Marey's hands are refused or handed back.
 *
 * <p>Threading: any; each line waits for its answer.
 */
public final class MonitorConsole {

  private static final Set<String> RUN =
      Set.of(
          "help",
          "?",
          "info",
          "print",
          "p",
          "x",
          "xp",
          "i",
          "o",
          "sum",
          "gva2gpa",
          "gpa2hva",
          "gpa2hpa",
          "memsave",
          "pmemsave",
          "log",
          "trace-event",
          "sendkey",
          "mouse_move",
          "mouse_button",
          "mouse_set",
          "nmi",
          "mce",
          "inject-nmi",
          "system_powerdown",
          "system_wakeup",
          "screendump",
          "boot_set",
          "watchdog_action",
          "set_link",
          "announce_self",
          "qom-list",
          "qom-get",
          "dump-guest-memory",
          "singlestep",
          "one-insn-per-tb",
          "pcie_aer_inject_error",
          "sync-profile",
          "calc_dirty_rate",
          "hostfwd_add",
          "hostfwd_remove",
          "dumpdtb");

  /** Of those, what can leave the guest other than it was. */
  private static final Set<String> ACTS =
      Set.of(
          "i",
          "o",
          "sendkey",
          "mouse_move",
          "mouse_button",
          "nmi",
          "mce",
          "inject-nmi",
          "system_powerdown",
          "system_wakeup",
          "boot_set",
          "watchdog_action",
          "set_link",
          "announce_self",
          "pcie_aer_inject_error");

  private static final Map<String, MonitorAction> INSTEAD =
      Map.of(
          "cont", MonitorAction.RESUME,
          "c", MonitorAction.RESUME,
          "stop", MonitorAction.PAUSE,
          "s", MonitorAction.PAUSE,
          "system_reset", MonitorAction.RESET,
          "quit", MonitorAction.QUIT,
          "q", MonitorAction.QUIT,
          "savevm", MonitorAction.SNAPSHOT,
          "loadvm", MonitorAction.REVERT);
  private static final Map<String, String> REFUSED = refused();

  private final QmpClient qmp;

  public MonitorConsole(QmpClient qmp) {
    this.qmp = qmp;
  }

  /**
   * Judges a line and runs it if it may be run.
   *
   * @param line as typed, one command
   * @throws QmpException when QEMU is gone
   */
  public MonitorAnswer run(String line) throws QmpException {
    String[] words = line.strip().split("\\s+", 2);
    String argument = words.length > 1 ? words[1] : "";
    String name = name(line);
    if (name.isEmpty()) {
      return new MonitorAnswer.Output("");
    }
    MonitorAction action = INSTEAD.get(name);
    if (action != null) {
      return new MonitorAnswer.UseInstead(action, argument);
    }
    String reason = REFUSED.get(name);
    if (reason != null) {
      return new MonitorAnswer.Refused("'" + name + "' is not run: " + reason);
    }
    if (!RUN.contains(name)) {
      return new MonitorAnswer.Refused(
          "'"
              + name
              + "' is not run: Marey does not know it, and it might change the machine in a way that"
              + " cannot be reverted. 'help' lists QEMU's commands.");
    }
    return new MonitorAnswer.Output(qmp.humanMonitor(line.strip()).replace("\r\n", "\n"));
  }

  /** Whether a line, if it is run, can leave a guest that stands still other than it was. */
  public static boolean acts(String line) {
    return ACTS.contains(name(line));
  }

  private static String name(String line) {
    // print /x and the like may stand without a blank
    return line.strip().split("\\s+", 2)[0].replaceFirst("/.*", "");
  }

  private static Map<String, String> refused() {
    Map<String, String> reasons = new HashMap<>();
    String shape =
        "a machine whose devices have changed cannot go back to a node from before. Write the device"
            + " into the command line.";
    for (String name :
        List.of(
            "device_add",
            "device_del",
            "netdev_add",
            "netdev_del",
            "object_add",
            "object_del",
            "chardev-add",
            "chardev-change",
            "chardev-remove",
            "chardev-send-break",
            "drive_add",
            "drive_del",
            "change",
            "eject",
            "qom-set")) {
      reasons.put(name, shape);
    }
    String disks = "disks would no longer fit the nodes' RAM.";
    for (String name :
        List.of(
            "commit",
            "block_resize",
            "block_stream",
            "block_job_cancel",
            "block_job_complete",
            "block_job_pause",
            "block_job_resume",
            "block_job_set_speed",
            "block_set_io_throttle",
            "drive_backup",
            "drive_mirror",
            "snapshot_blkdev",
            "snapshot_blkdev_internal",
            "snapshot_delete_blkdev_internal",
            "delvm",
            "qemu-io",
            "nbd_server_start",
            "nbd_server_add",
            "nbd_server_remove",
            "nbd_server_stop")) {
      reasons.put(name, disks);
    }
    String migration = "Marey saves and loads this machine's state by migration.";
    for (String name :
        List.of(
            "migrate",
            "migrate_cancel",
            "migrate_continue",
            "migrate_incoming",
            "migrate_pause",
            "migrate_recover",
            "migrate_set_parameter",
            "migrate_set_capability",
            "migrate_start_postcopy",
            "x_colo_lost_heartbeat",
            "client_migrate_info",
            "replay_break",
            "replay_delete_break",
            "replay_seek")) {
      reasons.put(name, migration);
    }
    reasons.put("cpu", "each line is answered for CPU 0; 'info registers -a' shows all CPUs.");
    reasons.put("balloon", "it takes pages from the guest past what Marey watches.");
    String monitor = "Marey gives the debugger and the screen to whichever QEMU is live.";
    for (String name :
        List.of(
            "gdbserver",
            "set_password",
            "expire_password",
            "logfile",
            "wavcapture",
            "stopcapture",
            "getfd",
            "closefd",
            "exit_preconfig")) {
      reasons.put(name, monitor);
    }
    return Map.copyOf(reasons);
  }
}
