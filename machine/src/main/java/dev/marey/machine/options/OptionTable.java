package dev.marey.machine.options;

import static dev.marey.machine.options.Treatment.ATTACHED_AFTER_TAKEOVER;
import static dev.marey.machine.options.Treatment.KEPT;
import static dev.marey.machine.options.Treatment.REFUSED;
import static dev.marey.machine.options.Treatment.REWRITTEN;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every option of {@code qemu-system-x86_64} 7.2 and 10.0, and what becomes of it. The table in
 * {@code docs/qemu-options.md} is {@link #toMarkdown()}.
 */
public final class OptionTable {

  private static final String NO_KVM = "Remove it: Marey runs guests with TCG.";
  private static final String REMOVE = "Remove it.";
  private static final String WRITABLE =
      "A disk the guest can write would not go back with its RAM, and a guest whose RAM is older than"
          + " its disk destroys the disk.";
  private static final String READ_ONLY =
      "Attach it read-only: -drive file=FILE,format=FORMAT,if=virtio,readonly=on, or as -cdrom.";
  private static final String OWN_RAM =
      "Guest RAM is Marey's own memory: that is how it is captured.";

  private static final Map<String, QemuOption> ROWS = rows();

  private OptionTable() {}

  /** The option of this name, without its dash. */
  public static Optional<QemuOption> find(String name) {
    return Optional.ofNullable(ROWS.get(name));
  }

  /** All options, in the order of QEMU's help. */
  public static List<QemuOption> all() {
    return List.copyOf(ROWS.values());
  }

  /** The table as {@code docs/qemu-options.md} shows it, without a heading, lines ending in \n. */
  public static String toMarkdown() {
    StringBuilder text = new StringBuilder("| option | treatment | why |\n|---|---|---|\n");
    for (QemuOption row : ROWS.values()) {
      text.append("| `-")
          .append(row.name())
          .append("` | ")
          .append(word(row.treatment()))
          .append(" | ")
          .append(row.reason());
      if (!row.remedy().isEmpty()) {
        text.append(' ').append(row.remedy());
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  private static String word(Treatment treatment) {
    return switch (treatment) {
      case KEPT -> "kept";
      case REWRITTEN -> "rewritten";
      case ATTACHED_AFTER_TAKEOVER -> "attached after takeover";
      case REFUSED -> "refused";
    };
  }

  private static Map<String, QemuOption> rows() {
    Rows rows = new Rows();
    standard(rows);
    blocks(rows);
    display(rows);
    boards(rows);
    network(rows);
    characters(rows);
    boot(rows);
    debug(rows);
    process(rows);
    return rows.byName;
  }

  private static void standard(Rows rows) {
    String prints = "It makes QEMU print something and end.";
    rows.flag("h", REFUSED, prints, REMOVE);
    rows.flag("help", REFUSED, prints, REMOVE);
    rows.flag("version", REFUSED, prints, "Remove it; marey doctor shows the version.");
    String machine =
        "Merged into one, with the RAM added; an accelerator other than tcg, a memory backend, nvdimm"
            + " and memory encryption are refused.";
    rows.value("machine", REWRITTEN, machine);
    rows.value("M", REWRITTEN, "The same as -machine.");
    rows.value("cpu", KEPT, "Part of the guest; host is refused, it needs KVM.");
    rows.value("accel", REWRITTEN, "Only tcg, with its properties; all others are refused.");
    rows.value("smp", KEPT, "Part of the guest.");
    rows.value("numa", REFUSED, OWN_RAM + " It is one piece.", REMOVE);
    rows.value(
        "add-fd",
        REFUSED,
        "Open files are not handed on to the QEMUs Marey starts.",
        "Give a path.");
    rows.value(
        "set", REFUSED, "It changes other options behind their back.", "Write the property there.");
    rows.value("global", KEPT, "Part of the guest; defaults of migration are refused.");
    rows.value("boot", KEPT, "Part of the guest.");
    rows.value(
        "m",
        REWRITTEN,
        "Becomes the size of the memory Marey provides; maxmem and slots are" + " refused.");
    rows.value("mem-path", REFUSED, OWN_RAM, REMOVE);
    rows.flag(
        "mem-prealloc",
        REFUSED,
        "RAM is filled when it is touched; lazy reverts need that.",
        REMOVE);
    rows.value("k", KEPT, "Keyboard layout.");
    rows.flag("audio-help", REFUSED, prints, REMOVE);
    rows.value("audio", REWRITTEN, "The sound card stays, its sound goes nowhere.");
    rows.value("audiodev", REWRITTEN, "The sound card stays, its sound goes nowhere.");
    rows.value(
        "device",
        KEPT,
        "Part of the guest; devices that bypass write-protection (vhost, vfio, ivshmem, balloon,"
            + " virtio-mem, virtio-pmem, nvdimm) or whose state cannot be saved are refused.");
    rows.value("name", KEPT, "A name.");
    rows.value("uuid", KEPT, "Part of the guest.");
  }

  private static void blocks(Rows rows) {
    for (String disk : List.of("fda", "fdb", "hda", "hdb", "hdc", "hdd", "mtdblock", "sd")) {
      rows.value(disk, REFUSED, WRITABLE, READ_ONLY);
    }
    rows.value("cdrom", KEPT, "Read-only.");
    rows.value("blockdev", KEPT, "With read-only=on, or below a node that has it; else refused.");
    rows.value(
        "drive", KEPT, "With readonly=on or media=cdrom; writable or snapshot=on is refused.");
    rows.flag(
        "snapshot",
        REFUSED,
        "What the guest writes would be in a temporary file that does not go back with its RAM.",
        "Remove it and attach the disks with readonly=on.");
    String shared = "Files shared with the host do not go back with the guest's RAM.";
    String copy = "Put the files into the initrd or on a read-only disk.";
    rows.value("fsdev", REFUSED, shared, copy);
    rows.value("virtfs", REFUSED, shared, copy);
    rows.value("iscsi", KEPT, "How to reach disks; the disks are judged themselves.");
    rows.flag("usb", KEPT, "Part of the guest.");
    rows.value("usbdevice", KEPT, "mouse, tablet, keyboard, wacom-tablet; others are refused.");
  }

  private static void display(Rows rows) {
    String screen = "Marey shows the screen itself, of whichever QEMU is live.";
    rows.value("display", REWRITTEN, screen + " With none there is no screen.");
    rows.flag("nographic", REWRITTEN, "No screen; the first serial port is Marey's console.");
    rows.value("spice", REWRITTEN, "Left out. " + screen);
    rows.flag("portrait", KEPT, "Part of the guest.");
    rows.value("rotate", KEPT, "Part of the guest.");
    rows.value("vga", KEPT, "Part of the guest.");
    rows.flag("full-screen", REWRITTEN, "Left out. " + screen);
    rows.value("vnc", REWRITTEN, "Left out. " + screen);
  }

  private static void boards(Rows rows) {
    rows.flag("win2k-hack", KEPT, "Part of the guest.");
    rows.flag("no-fd-bootchk", KEPT, "Part of the guest.");
    rows.flag("no-acpi", KEPT, "Part of the guest.");
    rows.flag("no-hpet", KEPT, "Part of the guest.");
    rows.value("acpitable", KEPT, "Part of the guest.");
    rows.value("smbios", KEPT, "Part of the guest.");
  }

  private static void network(Rows rows) {
    rows.value(
        "netdev",
        ATTACHED_AFTER_TAKEOVER,
        "user is kept, its hostfwd rules are opened for the live QEMU; a backend that one QEMU alone"
            + " can hold (tap, bridge, socket…) and vhost are refused.");
    rows.value("nic", ATTACHED_AFTER_TAKEOVER, "As -netdev; none is kept.");
    rows.value("net", ATTACHED_AFTER_TAKEOVER, "As -netdev; nic and none are kept.");
  }

  private static void characters(Rows rows) {
    rows.value(
        "chardev",
        REWRITTEN,
        "The console's leads to Marey; any other that needs something of the host becomes null.");
    String tpm = "The state of a TPM is outside of QEMU.";
    rows.value("tpmdev", REFUSED, tpm, REMOVE);
  }

  private static void boot(Rows rows) {
    rows.value("bios", KEPT, "Part of the guest.");
    rows.value(
        "pflash",
        REFUSED,
        WRITABLE,
        "Use -drive if=pflash,format=raw,readonly=on,file=FILE, or -bios.");
    rows.value("kernel", KEPT, "Part of the guest.");
    rows.value("append", KEPT, "Part of the guest.");
    rows.value("initrd", KEPT, "Part of the guest.");
    rows.value("dtb", KEPT, "Part of the guest.");
    rows.value("shim", KEPT, "Part of the guest.");
  }

  private static void debug(Rows rows) {
    String monitor = "Left out: monitors are Marey's, which has a console for them.";
    rows.value("compat", KEPT, "How QEMU treats old commands.");
    rows.value("fw_cfg", KEPT, "Part of the guest.");
    rows.value("serial", REWRITTEN, "The first one is Marey's console, the others become null.");
    rows.value("parallel", REWRITTEN, "Becomes null, or stays none.");
    rows.value("monitor", REWRITTEN, monitor);
    rows.value("qmp", REWRITTEN, monitor);
    rows.value("qmp-pretty", REWRITTEN, monitor);
    rows.value("mon", REWRITTEN, monitor);
    rows.value("debugcon", REWRITTEN, "Becomes null.");
    rows.value("pidfile", REWRITTEN, "Left out: there is more than one QEMU.");
    rows.flag("singlestep", KEPT, "How TCG translates.");
    rows.flag("preconfig", REFUSED, "Marey configures the machine itself.", REMOVE);
    rows.flag("S", REWRITTEN, "Honoured: the guest waits for Run. Every QEMU of Marey starts so.");
    rows.value(
        "overcommit",
        KEPT,
        "mem-lock=on is refused: locked pages are not given back to be fetched.");
    rows.value(
        "gdb", ATTACHED_AFTER_TAKEOVER, "Opened on the loopback address, for the live QEMU.");
    rows.flag("s", ATTACHED_AFTER_TAKEOVER, "The same as -gdb tcp::1234.");
    rows.value("d", KEPT, "What QEMU logs.");
    rows.value("D", REWRITTEN, "Each QEMU process gets a log of its own: FILE.PID.");
    rows.value("dfilter", KEPT, "What QEMU logs.");
    rows.value("seed", KEPT, "Part of the guest.");
    rows.value("L", KEPT, "Where QEMU finds its files.");
    rows.flag("enable-kvm", REFUSED, "KVM writes guest RAM past what Marey watches.", NO_KVM);
    for (String xen : List.of("xen-domid", "xen-attach", "xen-domid-restrict")) {
      rows.add(
          new QemuOption(
              xen,
              xen.equals("xen-domid"),
              REFUSED,
              "Xen runs the guest outside of QEMU.",
              NO_KVM));
    }
    rows.flag("no-reboot", KEPT, "A reboot counts as a power-off.");
    rows.flag("no-shutdown", REWRITTEN, "Always on: after a power-off the last state stays.");
    rows.value(
        "action",
        REWRITTEN,
        "shutdown and panic are always pause: the last state stays; others kept.");
    rows.value(
        "loadvm",
        REFUSED,
        "Snapshots of QEMU's own are not Marey's nodes.",
        "Remove it and boot the guest.");
    rows.flag("daemonize", REFUSED, "The process Marey watches would end at once.", REMOVE);
    rows.value("option-rom", KEPT, "Part of the guest.");
    rows.value(
        "rtc", REWRITTEN, "Kept, with clock=vm: the guest's clock goes back with the guest.");
    rows.value("icount", KEPT, "How time passes; rr=record and rr=replay are refused for now.");
    rows.value("watchdog-action", KEPT, "Part of the guest.");
    rows.value("echr", KEPT, "Has no effect on Marey's console.");
  }

  private static void process(Rows rows) {
    rows.value(
        "incoming",
        REFUSED,
        "What a guest starts from is decided by Marey.",
        "Remove it and boot the guest.");
    rows.flag("only-migratable", KEPT, "Does no harm.");
    rows.flag("nodefaults", KEPT, "Part of the guest.");
    String privileges = "It changes the process after Marey's part in it has started.";
    String asUser = "Remove it and start Marey as that user.";
    rows.value("chroot", REFUSED, privileges, asUser);
    rows.value("runas", REFUSED, privileges, asUser);
    rows.value("run-with", REFUSED, privileges, asUser);
    rows.value(
        "sandbox",
        REFUSED,
        "Its filter holds for Marey's part inside QEMU too, and ends QEMU at a call it does not allow;"
            + " off is kept.",
        REMOVE);
    rows.value(
        "readconfig",
        REFUSED,
        "Options in a file are not judged.",
        "Write its options into the command line.");
    rows.flag("no-user-config", KEPT, "Does no harm.");
    rows.value("trace", REWRITTEN, "Kept without its file, which belongs to one process.");
    rows.value("plugin", KEPT, "Watches the guest.");
    rows.flag(
        "async-teardown",
        REFUSED,
        "A second process would hold guest RAM when QEMU has ended.",
        REMOVE);
    rows.value("msg", KEPT, "How QEMU words its errors.");
    rows.value("dump-vmstate", REFUSED, "It makes QEMU print something and end.", REMOVE);
    rows.flag("enable-sync-profile", KEPT, "Does no harm.");
    rows.flag("perfmap", KEPT, "Written for each process by itself.");
    rows.flag("jitdump", KEPT, "Written for each process by itself.");
    rows.value("object", KEPT, "Memory backends and what bypasses write-protection are refused.");
  }

  /** Collects rows under their names. */
  private static final class Rows {

    private final Map<String, QemuOption> byName = new LinkedHashMap<>();

    void add(QemuOption option) {
      byName.put(option.name(), option);
    }

    void flag(String name, Treatment treatment, String reason) {
      add(new QemuOption(name, false, treatment, reason, ""));
    }

    void flag(String name, Treatment treatment, String reason, String remedy) {
      add(new QemuOption(name, false, treatment, reason, remedy));
    }

    void value(String name, Treatment treatment, String reason) {
      add(new QemuOption(name, true, treatment, reason, ""));
    }

    void value(String name, Treatment treatment, String reason, String remedy) {
      add(new QemuOption(name, true, treatment, reason, remedy));
    }
  }

  /** Names as QEMU's help lists them, for the test that compares. */
  static List<String> names() {
    return new ArrayList<>(ROWS.keySet());
  }
}
