package dev.marey.machine.options;

import static dev.marey.machine.options.Treatment.ATTACHED_AFTER_TAKEOVER;
import static dev.marey.machine.options.Treatment.KEPT;
import static dev.marey.machine.options.Treatment.REFUSED;
import static dev.marey.machine.options.Treatment.REWRITTEN;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of {@link OptionTable}, written down in the order of QEMU's help. */
final class OptionRows {

  private static final String NO_KVM = "Remove it: Marey runs guests with TCG.";
  private static final String REMOVE = "Remove it.";
  private static final String CAPTURED =
      "A disk that the guest can write is Marey's, captured with each node; the image is only read. An"
          + " image that is no file of this machine is refused.";
  private static final String OWN_RAM =
      "Guest RAM is Marey's own memory: that is how it is captured.";

  private final Map<String, QemuOption> byName = new LinkedHashMap<>();

  private OptionRows() {}

  /** All rows under their names. */
  static Map<String, QemuOption> all() {
    OptionRows rows = new OptionRows();
    rows.standard();
    rows.blocks();
    rows.display();
    rows.boards();
    rows.network();
    rows.characters();
    rows.boot();
    rows.debug();
    rows.process();
    return rows.byName;
  }

  private void standard() {
    String prints = "It makes QEMU print something and end.";
    flag("h", REFUSED, prints, REMOVE);
    flag("help", REFUSED, prints, REMOVE);
    flag("version", REFUSED, prints, "Remove it; marey doctor shows the version.");
    String machine =
        "Merged into one, with the RAM added; memory.size counts as -m does, which wins. Refused: an"
            + " accelerator other than tcg, a memory backend, memory that is plugged in or lies"
            + " beside RAM (memory.max-size, nvdimm, sgx-epc, cxl) and memory encryption.";
    value("machine", REWRITTEN, machine);
    value("M", REWRITTEN, "The same as -machine.");
    value("cpu", KEPT, "Part of the guest; host is refused, it needs KVM.");
    value("accel", REWRITTEN, "Only tcg, with its properties; all others are refused.");
    value("smp", KEPT, "Part of the guest.");
    value("numa", REFUSED, OWN_RAM + " It is one piece.", REMOVE);
    value(
        "add-fd",
        REFUSED,
        "Open files are not handed on to the QEMUs Marey starts.",
        "Give a path.");
    value(
        "set", REFUSED, "It changes other options behind their back.", "Write the property there.");
    value("global", KEPT, "Part of the guest; defaults of migration are refused.");
    value("boot", KEPT, "Part of the guest.");
    value(
        "m",
        REWRITTEN,
        "Becomes the size of the memory Marey provides; maxmem and slots are refused.");
    value("mem-path", REFUSED, OWN_RAM, REMOVE);
    flag(
        "mem-prealloc",
        REFUSED,
        "RAM is filled when it is touched; lazy reverts need that.",
        REMOVE);
    value("k", KEPT, "Keyboard layout.");
    flag("audio-help", REFUSED, prints, REMOVE);
    value("audio", REWRITTEN, "The sound card stays, its sound goes nowhere.");
    value("audiodev", REWRITTEN, "The sound card stays, its sound goes nowhere.");
    value(
        "device",
        KEPT,
        "Part of the guest; refused are the devices of the second table, any with memory of its own"
            + " (memdev), and pcap=, which each QEMU would write.");
    value("name", KEPT, "A name.");
    value("uuid", KEPT, "Part of the guest.");
  }

  private void blocks() {
    for (String disk : List.of("fda", "fdb", "hda", "hdb", "hdc", "hdd", "mtdblock", "sd")) {
      value(disk, REWRITTEN, CAPTURED);
    }
    value("cdrom", KEPT, "Read-only.");
    value(
        "blockdev",
        REWRITTEN,
        CAPTURED
            + " Read-only ones, and null-co, are kept; a writable node below others may be named by"
            + " no device.");
    value(
        "drive",
        REWRITTEN,
        CAPTURED + " Kept with readonly=on or media=cdrom, without a medium, and null-co.");
    flag("snapshot", REWRITTEN, "Left out: Marey never writes an image.");
    String shared = "Files shared with the host do not go back with the guest's RAM.";
    String copy = "Put the files into the initrd or on a read-only disk.";
    value("fsdev", REFUSED, shared, copy);
    value("virtfs", REFUSED, shared, copy);
    value("iscsi", KEPT, "How to reach disks; the disks are judged themselves.");
    flag("usb", KEPT, "Part of the guest.");
    value("usbdevice", KEPT, "mouse, tablet, keyboard; others are refused.");
  }

  private void display() {
    String screen = "Marey shows the screen itself, of whichever QEMU is live.";
    value("display", REWRITTEN, screen + " With none there is no screen.");
    flag("nographic", REWRITTEN, "No screen; the first serial port is Marey's console.");
    value("spice", REWRITTEN, "Left out. " + screen);
    flag("portrait", KEPT, "Part of the guest.");
    value("rotate", KEPT, "Part of the guest.");
    value("vga", KEPT, "Part of the guest.");
    flag("full-screen", REWRITTEN, "Left out. " + screen);
    value("vnc", REWRITTEN, "Left out. " + screen);
  }

  private void boards() {
    flag("win2k-hack", KEPT, "Part of the guest.");
    flag("no-fd-bootchk", KEPT, "Part of the guest.");
    flag("no-acpi", KEPT, "Part of the guest.");
    flag("no-hpet", KEPT, "Part of the guest.");
    value("acpitable", KEPT, "Part of the guest.");
    value("smbios", KEPT, "Part of the guest.");
  }

  private void network() {
    value(
        "netdev",
        ATTACHED_AFTER_TAKEOVER,
        "user is kept, its hostfwd rules are opened for the live QEMU; smb, guestfwd, vhost and a"
            + " backend that one QEMU alone can hold (tap, bridge, socket…) are refused.");
    value("nic", ATTACHED_AFTER_TAKEOVER, "As -netdev; none is kept.");
    value("net", ATTACHED_AFTER_TAKEOVER, "As -netdev; nic and none are kept.");
  }

  private void characters() {
    value(
        "chardev",
        REWRITTEN,
        "The console's leads to Marey; any other that needs something of the host becomes null.");
    String tpm = "The state of a TPM is outside of QEMU.";
    value("tpmdev", REFUSED, tpm, REMOVE);
  }

  private void boot() {
    value("bios", KEPT, "Part of the guest.");
    value("pflash", REWRITTEN, CAPTURED);
    value("kernel", KEPT, "Part of the guest.");
    value("append", KEPT, "Part of the guest.");
    value("initrd", KEPT, "Part of the guest.");
    value("dtb", KEPT, "Part of the guest.");
    value("shim", KEPT, "Part of the guest.");
  }

  private void debug() {
    String monitor = "Left out: monitors are Marey's, which has a console for them.";
    value("compat", KEPT, "How QEMU treats old commands.");
    value("fw_cfg", KEPT, "Part of the guest.");
    value(
        "serial",
        REWRITTEN,
        "The first one leads to Marey's console only, the others become null.");
    value("parallel", REWRITTEN, "Becomes null, or stays none.");
    value("monitor", REWRITTEN, monitor);
    value("qmp", REWRITTEN, monitor);
    value("qmp-pretty", REWRITTEN, monitor);
    value("mon", REWRITTEN, monitor);
    value("debugcon", REWRITTEN, "Becomes null.");
    value("pidfile", REWRITTEN, "Left out: there is more than one QEMU, and the live one changes.");
    flag("singlestep", KEPT, "How TCG translates.");
    flag("preconfig", REFUSED, "Marey configures the machine itself.", REMOVE);
    flag("S", REWRITTEN, "Honoured: the guest waits for Run. Every QEMU of Marey starts so.");
    value(
        "overcommit",
        KEPT,
        "mem-lock=on and on-fault are refused: locked pages are not given back to be fetched.");
    value(
        "gdb",
        ATTACHED_AFTER_TAKEOVER,
        "Opened on the loopback address, whatever address it names, for the live QEMU.");
    flag("s", ATTACHED_AFTER_TAKEOVER, "The same as -gdb tcp::1234.");
    value("d", KEPT, "What QEMU logs.");
    value("D", REWRITTEN, "Each QEMU process gets a log of its own: FILE.PID.");
    value("dfilter", KEPT, "What QEMU logs.");
    value("seed", KEPT, "Part of the guest.");
    value("L", KEPT, "Where QEMU finds its files.");
    flag("enable-kvm", REFUSED, "KVM writes guest RAM past what Marey watches.", NO_KVM);
    for (String xen : List.of("xen-domid", "xen-attach", "xen-domid-restrict")) {
      add(
          new QemuOption(
              xen,
              xen.equals("xen-domid"),
              REFUSED,
              "Xen runs the guest outside of QEMU.",
              NO_KVM));
    }
    flag("no-reboot", KEPT, "A reboot counts as a power-off.");
    flag("no-shutdown", REWRITTEN, "Always on: after a power-off the last state stays.");
    value(
        "action",
        REWRITTEN,
        "shutdown and panic are always pause: the last state stays; others kept.");
    value(
        "loadvm",
        REFUSED,
        "Snapshots of QEMU's own are not Marey's nodes.",
        "Remove it and boot the guest.");
    flag("daemonize", REFUSED, "The process Marey watches would end at once.", REMOVE);
    value("option-rom", KEPT, "Part of the guest.");
    value("rtc", REWRITTEN, "Kept, with clock=vm: the battery clock goes back with the guest.");
    value("icount", KEPT, "How time passes; rr=record and rr=replay are refused for now.");
    value("watchdog-action", KEPT, "Part of the guest.");
    value("echr", KEPT, "Has no effect on Marey's console.");
  }

  private void process() {
    value(
        "incoming",
        REFUSED,
        "What a guest starts from is decided by Marey.",
        "Remove it and boot the guest.");
    flag("only-migratable", KEPT, "Does no harm.");
    flag("nodefaults", KEPT, "Part of the guest.");
    String privileges = "It changes the process after Marey's part in it has started.";
    String asUser = "Remove it and start Marey as that user.";
    value("chroot", REFUSED, privileges, asUser);
    value("runas", REFUSED, privileges, asUser);
    value("run-with", REFUSED, privileges, asUser);
    value(
        "sandbox",
        REFUSED,
        "Its filter holds for Marey's part inside QEMU too, and ends QEMU at a call it does not allow;"
            + " off is kept.",
        REMOVE);
    value(
        "readconfig",
        REFUSED,
        "Options in a file are not judged.",
        "Write its options into the command line.");
    flag("no-user-config", KEPT, "Does no harm.");
    value("trace", REWRITTEN, "Kept without its file, which belongs to one process.");
    value("plugin", KEPT, "Watches the guest.");
    flag(
        "async-teardown",
        REFUSED,
        "A second process would hold guest RAM when QEMU has ended.",
        REMOVE);
    value("msg", KEPT, "How QEMU words its errors.");
    value("dump-vmstate", REFUSED, "It makes QEMU print something and end.", REMOVE);
    flag("enable-sync-profile", KEPT, "Does no harm.");
    flag("perfmap", KEPT, "Written for each process by itself.");
    flag("jitdump", KEPT, "Written for each process by itself.");
    value(
        "object",
        KEPT,
        "Refused: memory backends, what bypasses write-protection, input of the host, filter-dump, whose"
            + " file each QEMU would begin anew.");
  }

  private void add(QemuOption option) {
    byName.put(option.name(), option);
  }

  private void flag(String name, Treatment treatment, String reason) {
    add(new QemuOption(name, false, treatment, reason, ""));
  }

  private void flag(String name, Treatment treatment, String reason, String remedy) {
    add(new QemuOption(name, false, treatment, reason, remedy));
  }

  private void value(String name, Treatment treatment, String reason) {
    add(new QemuOption(name, true, treatment, reason, ""));
  }

  private void value(String name, Treatment treatment, String reason, String remedy) {
    add(new QemuOption(name, true, treatment, reason, remedy));
  }
}
