package dev.marey.machine.options;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts one option after the other into a draft, or says why not. */
final class OptionJudge {

  private static final String PRINTS = "it makes QEMU print something and end.";

  private final GuestDraft draft;
  private final Set<String> nodesBelowOthers;

  OptionJudge(GuestDraft draft, List<GivenOption> options) {
    this.draft = draft;
    this.nodesBelowOthers = DiskJudge.nodesBelowOthers(options);
  }

  void judge(GivenOption option) {
    switch (option.name()) {
      case "machine", "M" -> draft.machine.machine(draft, option);
      case "accel" -> draft.machine.accelerator(draft, option);
      case "cpu" -> draft.machine.processor(draft, option);
      case "m" -> draft.machine.memory(draft, option);
      case "device" -> DeviceJudge.device(draft, option);
      case "object" -> DeviceJudge.object(draft, option);
      case "usbdevice" -> DeviceJudge.usb(draft, option);
      case "global" -> DeviceJudge.global(draft, option);
      case "fda", "fdb", "hda", "hdb", "hdc", "hdd", "mtdblock", "sd" ->
          DiskJudge.oldStyle(draft, option);
      case "cdrom" -> DiskJudge.cdrom(draft, option);
      case "drive" -> DiskJudge.drive(draft, option);
      case "blockdev" -> DiskJudge.blockdev(draft, option, nodesBelowOthers);
      case "netdev", "nic", "net" -> NetworkJudge.judge(draft, option);
      case "chardev" -> draft.characters.chardev(option);
      case "serial" -> draft.characters.serial(option);
      case "kernel", "dtb", "shim" -> draft.keep(option, draft.file(option, option.value()));
      case "initrd" -> initrd(option);
      case "bios", "option-rom", "L" -> searched(option);
      case "acpitable", "smbios", "fw_cfg", "plugin", "boot" -> fileProperties(option);
      default -> display(option);
    }
  }

  private void display(GivenOption option) {
    switch (option.name()) {
      case "nographic" -> {
        draft.screenWanted = false;
        draft.machine.property("graphics", "off");
      }
      case "display" -> {
        String type = PropertyList.parse(option.value(), "type").get("type");
        if (type.equals("help") || type.equals("?")) {
          draft.refuse(option, PRINTS, "Remove it.");
        } else {
          draft.screenWanted = !type.equals("none");
          if (!type.equals("none")) {
            draft.notice(option, "left out; Marey shows the screen itself.");
          }
        }
      }
      case "vnc", "spice", "full-screen" ->
          draft.notice(option, "left out; Marey shows the screen itself.");
      case "vga" -> {
        draft.vga = Optional.of(option.value());
        draft.keep(option);
      }
      case "monitor", "qmp", "qmp-pretty", "mon" -> {
        if (!option.value().equals("none")) {
          draft.notice(option, "left out; use Marey's monitor console.");
        }
      }
      case "parallel", "debugcon" -> {
        if (option.value().equals("none") || option.value().equals("null")) {
          draft.keep(option);
        } else {
          draft.keep(option, "null");
          draft.notice(option, "leads nowhere, because more than one QEMU would share it.");
        }
      }
      case "audio", "audiodev" -> audio(option);
      default -> process(option);
    }
  }

  private void process(GivenOption option) {
    switch (option.name()) {
      case "S" -> draft.startPaused = true;
      case "nodefaults" -> {
        draft.defaults = false;
        draft.keep(option);
      }
      case "s" -> draft.gdb = Optional.of("tcp::1234");
      case "gdb" -> gdb(option);
      case "pidfile" -> draft.notice(option, "left out; there is more than one QEMU.");
      case "D" -> {
        draft.keep(option, draft.absolute(option.value()).replace("%", "%%") + ".%d");
        draft.notice(
            option, "each QEMU process writes a log of its own, " + option.value() + ".PID.");
      }
      case "no-shutdown" -> {
        // always on
      }
      case "action" -> action(option);
      case "rtc" -> clock(option);
      case "icount" -> instructionCount(option);
      case "overcommit" -> overcommit(option);
      case "sandbox" -> sandbox(option);
      case "trace" -> trace(option);
      default -> byTable(option);
    }
  }

  private void byTable(GivenOption option) {
    QemuOption rule = OptionTable.find(option.name()).orElseThrow();
    if (rule.treatment() == Treatment.REFUSED) {
      draft.refuse(option, rule.reason(), rule.remedy());
    } else if (option.value().equals("help")) {
      draft.refuse(option, PRINTS, "Remove it.");
    } else {
      draft.keep(option);
    }
  }

  /** Multiboot modules stand in one value: {@code module arg=x,module2}. */
  private void initrd(GivenOption option) {
    if (draft.exists(option.value())) {
      draft.keep(option, draft.absolute(option.value()));
      return;
    }
    StringBuilder modules = new StringBuilder();
    for (String module : option.value().replace(",,", "\0").split(",", -1)) {
      String[] parts = module.replace("\0", ",").split(" ", 2);
      modules
          .append(modules.isEmpty() ? "" : ",")
          .append(draft.file(option, parts[0]).replace(",", ",,"));
      if (parts.length > 1) {
        modules.append(' ').append(parts[1].replace(",", ",,"));
      }
    }
    draft.keep(option, modules.toString());
  }

  /** QEMU looks for a plain name in its own folders too. */
  private void searched(GivenOption option) {
    if (draft.exists(option.value())) {
      draft.keep(option, draft.absolute(option.value()));
    } else if (option.value().contains("/")) {
      draft.keep(option, draft.file(option, option.value()));
    } else if (option.value().equals("help")) {
      draft.refuse(option, PRINTS, "Remove it.");
    } else {
      draft.keep(option);
    }
  }

  private void fileProperties(GivenOption option) {
    PropertyList list =
        PropertyList.parse(option.value(), option.name().equals("plugin") ? "file" : "name");
    boolean changed = false;
    for (String key : List.of("file", "path", "splash")) {
      String file = list.get(key);
      if (!file.isEmpty()) {
        list = list.with(key, draft.file(option, file));
        changed = true;
      }
    }
    String text = list.toText(option.name().equals("plugin") ? "file" : "name");
    draft.keep(option, changed ? text : option.value());
  }

  private void audio(GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "driver");
    String driver = list.get("driver");
    if (driver.equals("help") || list.get("model").equals("help")) {
      draft.refuse(option, PRINTS, "Remove it.");
      return;
    }
    PropertyList silent =
        list.without(key -> !Set.of("driver", "id", "model").contains(key)).with("driver", "none");
    draft.keep(option, silent.toText("driver"));
    if (!driver.equals("none")) {
      draft.notice(option, "the guest has its sound card, but nobody hears it.");
    }
  }

  private void gdb(GivenOption option) {
    if (option.value().startsWith("tcp:")) {
      draft.gdb = Optional.of(option.value());
    } else if (!option.value().equals("none")) {
      draft.refuse(
          option,
          "Marey opens a gdb server on a port of this machine only.",
          "Write -gdb tcp::1234.");
    }
  }

  private void action(GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    PropertyList kept = list.without(key -> key.equals("shutdown") || key.equals("panic"));
    if (!kept.all().isEmpty()) {
      draft.keep(option, kept.toText(""));
    }
    for (String key : List.of("shutdown", "panic")) {
      if (list.find(key).filter(value -> !value.equals("pause")).isPresent()) {
        draft.notice(option, key + " is always pause, so that the last state stays.");
      }
    }
  }

  private void clock(GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    if (list.find("clock").filter(clock -> !clock.equals("vm")).isPresent()) {
      draft.notice(
          option, "clock=vm is used instead, so that the guest's clock goes back with the guest.");
    }
    draft.clock = list.with("clock", "vm");
  }

  private void instructionCount(GivenOption option) {
    String mode = PropertyList.parse(option.value(), "shift").get("rr");
    if (mode.isEmpty() || mode.equals("none")) {
      draft.keep(option);
    } else {
      draft.refuse(
          option,
          "recording and replaying are not combined with snapshots yet.",
          "Remove rr and rrfile; icount itself may stay.");
    }
  }

  private void overcommit(GivenOption option) {
    if (PropertyList.parse(option.value(), "").isOn("mem-lock")) {
      draft.refuse(
          option,
          "locked pages are not given back, and a lazy revert fetches pages anew.",
          "Write mem-lock=off, or leave it out.");
    } else {
      draft.keep(option);
    }
  }

  private void sandbox(GivenOption option) {
    if (PropertyList.parse(option.value(), "enable").get("enable").equals("off")) {
      draft.keep(option);
    } else {
      byTable(option);
    }
  }

  private void trace(GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "enable");
    if (list.get("enable").equals("help")) {
      draft.refuse(option, PRINTS, "Remove it.");
      return;
    }
    if (list.find("file").isPresent()) {
      draft.notice(option, "its file is left out, because more than one QEMU would write it.");
    }
    PropertyList kept = list.without("file"::equals);
    if (kept.find("events").isPresent()) {
      kept = kept.with("events", draft.file(option, kept.get("events")));
    }
    if (!kept.all().isEmpty()) {
      draft.keep(option, kept.toText("enable"));
    }
  }
}
