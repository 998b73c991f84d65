package dev.marey.machine.options;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges -device, -usbdevice and -global. */
final class DeviceJudge {

  private static final Pattern DISPLAY =
      Pattern.compile(
          "VGA|.*-vga|.*-vga-.*|virtio-gpu.*|qxl|bochs-display|ramfb|isa-cirrus-vga|vmware-svga");
  private static final Set<String> SERIAL =
      Set.of("isa-serial", "pci-serial", "virtconsole", "virtserialport", "sclpconsole");
  private static final Set<String> USB = Set.of("mouse", "tablet", "keyboard");

  private DeviceJudge() {}

  static void device(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "driver");
    String driver = list.get("driver");
    Optional<RefusedDevice> refused = RefusedDevice.find(driver);
    if (refused.isPresent()) {
      draft.refuse(option, refused.get().what(), refused.get().remedy());
      return;
    }
    if (list.find("memdev").isPresent()) {
      draft.refuse(option, RefusedDevice.BESIDE, RefusedDevice.REMOVE);
      return;
    }
    if (list.isNotOff("vhost") || list.isNotOff("vhostforce")) {
      draft.refuse(option, RefusedDevice.BYPASSES, "Write vhost=off.");
      return;
    }
    if (DISPLAY.matcher(driver).matches()) {
      draft.displayDevice = true;
    }
    if (SERIAL.contains(driver)) {
      draft.characters.device(driver, list.get("chardev"));
    }
    draft.keep(option, list, PathProperty.absolute(draft, option, driver, list), "driver");
  }

  static void usb(GuestDraft draft, GivenOption option) {
    if (USB.contains(option.value())) {
      draft.keep(option);
    } else if (option.value().equals("wacom-tablet")) {
      draft.refuse(option, RefusedDevice.BLOCKS, "Write -usbdevice tablet.");
    } else {
      draft.refuse(option, RefusedDevice.HOST, "Use -device with a USB device that QEMU emulates.");
    }
  }

  static void global(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    boolean migration =
        option.value().startsWith("migration.") || list.get("driver").equals("migration");
    if (migration) {
      draft.refuse(
          option, "how a guest's state is saved is decided by Marey.", RefusedDevice.REMOVE);
    } else {
      draft.keep(option, list, PathProperty.absolute(draft, option, "", list), "");
    }
  }
}
