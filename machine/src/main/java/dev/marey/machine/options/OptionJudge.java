package dev.marey.machine.options;

import java.util.List;

/** Puts one option after the other into a draft, or says why not. */
final class OptionJudge {

  private final GuestDraft draft;
  private final DiskJudge disks;

  OptionJudge(GuestDraft draft, List<GivenOption> options) {
    this.draft = draft;
    this.disks = new DiskJudge(draft, options);
  }

  void judge(GivenOption option) {
    switch (option.name()) {
      case "machine", "M" -> draft.machine.machine(draft, option);
      case "accel" -> draft.machine.accelerator(draft, option);
      case "cpu" -> draft.machine.processor(draft, option);
      case "m" -> draft.machine.memory(draft, option);
      case "device" -> DeviceJudge.device(draft, option);
      case "usbdevice" -> DeviceJudge.usb(draft, option);
      case "global" -> DeviceJudge.global(draft, option);
      case "object" -> ObjectJudge.judge(draft, option);
      case "fda", "fdb", "hda", "hdb", "hdc", "hdd", "mtdblock", "sd", "pflash" ->
          disks.judge(option);
      case "cdrom", "drive", "blockdev" -> disks.judge(option);
      case "netdev", "nic", "net" -> NetworkJudge.judge(draft, option);
      case "chardev" -> draft.characters.chardev(option);
      case "serial" -> draft.characters.serial(option);
      case "parallel", "debugcon" -> CharacterDraft.port(draft, option);
      case "display", "nographic", "vnc", "spice", "full-screen", "vga", "audio", "audiodev" ->
          ScreenJudge.judge(draft, option);
      default -> files(option);
    }
  }

  private void files(GivenOption option) {
    switch (option.name()) {
      case "kernel", "dtb", "shim" -> draft.keep(option, draft.file(option, option.value()));
      case "initrd" -> FileJudge.initrd(draft, option);
      case "bios", "L" -> FileJudge.searched(draft, option);
      case "acpitable", "smbios", "fw_cfg", "boot" -> FileJudge.properties(draft, option, "name");
      case "plugin" -> FileJudge.properties(draft, option, "file");
      case "option-rom" -> FileJudge.properties(draft, option, "romfile");
      default -> {
        if (!ProcessJudge.judge(draft, option)) {
          byTable(draft, option);
        }
      }
    }
  }

  /** What concerns several options, once each of them has been judged. */
  void finish() {
    disks.judgeReferences();
  }

  /** Refuses or keeps an option, whatever its value, as the table says. */
  static void byTable(GuestDraft draft, GivenOption option) {
    QemuOption rule = OptionTable.find(option.name()).orElseThrow();
    if (rule.treatment() == Treatment.REFUSED) {
      draft.refuse(option, rule.reason(), rule.remedy());
    } else if (option.value().equals("help")) {
      draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
    } else {
      draft.keep(option);
    }
  }
}
