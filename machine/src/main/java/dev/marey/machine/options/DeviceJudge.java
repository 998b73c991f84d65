package dev.marey.machine.options;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges -device, -object, -usbdevice and -global. */
final class DeviceJudge {

  private static final String BYPASSES =
      "it writes guest RAM, or takes pages from it, past what Marey watches.";
  private static final String UNSAVED = "QEMU cannot save its state.";
  private static final String BESIDE = "its memory lies beside the RAM Marey captures.";
  private static final String NO_REMEDY = "Remove it.";

  private record Verdict(String drivers, String what, String remedy) {}

  private static final List<Verdict> REFUSED_DEVICES =
      List.of(
          new Verdict("vhost-.*|.*-vhost-.*|vhost-vsock.*", BYPASSES, NO_REMEDY),
          new Verdict("vfio-.*|x-vfio.*", BYPASSES, NO_REMEDY),
          new Verdict("ivshmem.*", BYPASSES, NO_REMEDY),
          new Verdict("virtio-balloon.*", BYPASSES, NO_REMEDY),
          new Verdict(
              "virtio-mem.*|virtio-pmem.*|nvdimm|pc-dimm|cxl-.*",
              BESIDE,
              "Give the guest its RAM with -m alone."),
          new Verdict("nvme.*", UNSAVED, "Use virtio-blk-pci."),
          new Verdict(
              "virtio-9p.*", UNSAVED, "Put the files into the initrd or on a read-only disk."),
          new Verdict(
              "virtio-gpu-gl.*|virtio-vga-gl|virtio-gpu-rutabaga.*|virtio-vga-rutabaga",
              UNSAVED,
              "Use the variant without gl: virtio-vga or virtio-gpu-pci."),
          new Verdict(
              "usb-host|usb-redir|usb-mtp|ccid-card-passthru|ccid-card-emulated|u2f-passthru|virtio-input-host.*",
              "it is a device of the host, whose state is not in QEMU.",
              NO_REMEDY),
          new Verdict("tpm-.*", "the state of a TPM is outside of QEMU.", NO_REMEDY),
          new Verdict("amd-iommu|rocker|edu|pc-testdev|pci-testdev", UNSAVED, NO_REMEDY),
          new Verdict("xen-.*", "it works in a Xen guest only.", NO_REMEDY),
          new Verdict("help|\\?", "it makes QEMU print something and end.", NO_REMEDY));

  private static final Pattern DISPLAY =
      Pattern.compile(
          "VGA|.*-vga|.*-vga-.*|virtio-gpu.*|qxl|bochs-display|ramfb|isa-cirrus-vga|vmware-svga");
  private static final Set<String> SERIAL =
      Set.of("isa-serial", "pci-serial", "virtconsole", "virtserialport", "sclpconsole");
  private static final Set<String> USB = Set.of("mouse", "tablet", "keyboard", "wacom-tablet");

  private DeviceJudge() {}

  static void device(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "driver");
    String driver = list.get("driver");
    for (Verdict refused : REFUSED_DEVICES) {
      if (driver.matches(refused.drivers())) {
        draft.refuse(option, refused.what(), refused.remedy());
        return;
      }
    }
    if (list.isOn("free-page-reporting") || list.find("memdev").isPresent()) {
      draft.refuse(option, BYPASSES, NO_REMEDY);
      return;
    }
    if (list.isOn("vhost") || list.isOn("vhostforce")) {
      draft.refuse(option, BYPASSES, "Write vhost=off.");
      return;
    }
    if (DISPLAY.matcher(driver).matches()) {
      draft.displayDevice = true;
    }
    if (SERIAL.contains(driver)) {
      draft.characters.device(driver, list.get("chardev"));
    }
    if (list.find("romfile").filter(file -> !file.isEmpty() && draft.exists(file)).isPresent()
        && !option.value().startsWith("{")) {
      draft.keep(
          option, list.with("romfile", draft.absolute(list.get("romfile"))).toText("driver"));
    } else {
      draft.keep(option);
    }
  }

  static void object(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "qom-type");
    String type = list.get("qom-type");
    if (type.startsWith("memory-backend")) {
      draft.refuse(
          option,
          "guest RAM is Marey's own memory: that is how it is captured.",
          "Remove it and give the size with -m.");
    } else if (type.matches(
        ".*vhost.*|x-vfio.*|x-remote.*|sev-.*|tdx-.*|colo-.*|filter-(mirror|redirector|replay|rewriter)")) {
      draft.refuse(option, BYPASSES, NO_REMEDY);
    } else if (type.equals("input-linux")) {
      draft.refuse(
          option,
          "it takes a keyboard or mouse of the host for itself.",
          "Remove it: Marey's screen sends keys and pointer.");
    } else if (type.equals("help")) {
      draft.refuse(option, "it makes QEMU print something and end.", NO_REMEDY);
    } else {
      draft.keep(option);
    }
  }

  static void usb(GuestDraft draft, GivenOption option) {
    if (USB.contains(option.value())) {
      draft.keep(option);
    } else {
      draft.refuse(
          option,
          "it is a device of the host, whose state is not in QEMU.",
          "Use -device with a USB device that QEMU emulates.");
    }
  }

  static void global(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    boolean migration =
        option.value().startsWith("migration.") || list.get("driver").equals("migration");
    if (migration) {
      draft.refuse(option, "how a guest's state is saved is decided by Marey.", NO_REMEDY);
    } else {
      draft.keep(option);
    }
  }
}
