package dev.marey.machine.options;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges disks: what the guest can write is refused, files must be there. */
final class DiskJudge {

  private static final String WRITABLE =
      "the guest can write this disk. It would not go back with the guest's RAM, and a guest whose RAM"
          + " is older than its disk destroys the disk.";
  private static final String READ_ONLY =
      "Make it read-only: -drive file=FILE,format=FORMAT,if=virtio,readonly=on (QEMU has no read-only"
          + " IDE disk), or attach it with -cdrom.";

  private DiskJudge() {}

  static void oldStyle(GuestDraft draft, GivenOption option) {
    draft.refuse(option, WRITABLE, READ_ONLY);
  }

  /** A word that is no option is the first hard disk. */
  static void positional(GuestDraft draft, GivenOption option) {
    draft.problems.add(
        new CommandLineProblem(
            option.startChar(),
            option.endChar(),
            option.name(),
            "this is no option, so QEMU takes it for a hard disk; " + WRITABLE,
            READ_ONLY));
  }

  static void cdrom(GuestDraft draft, GivenOption option) {
    draft.keep(option, path(draft, option, option.value()));
  }

  static void drive(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    if (list.isOn("snapshot")) {
      draft.refuse(
          option,
          "with snapshot=on the guest's writes are in a temporary file that does not go back with its"
              + " RAM.",
          "Write readonly=on instead.");
      return;
    }
    String file = list.find("file").orElse(list.get("file.filename"));
    boolean nothingToWrite =
        list.get("media").equals("cdrom")
            || list.isOn("readonly")
            || list.isOn("read-only")
            || forgetful(list.get("driver"))
            || forgetful(list.get("file.driver"))
            || file.startsWith("null-co:")
            || (file.isEmpty() && list.find("file.driver").isEmpty());
    if (!nothingToWrite) {
      draft.refuse(
          option, WRITABLE, list.get("if").equals("pflash") ? "Add readonly=on." : READ_ONLY);
      return;
    }
    String key = list.find("file").isPresent() ? "file" : "file.filename";
    draft.keep(
        option,
        file.isEmpty() || option.value().startsWith("{")
            ? option.value()
            : list.with(key, path(draft, option, file)).toText(""));
  }

  /** Names that other nodes refer to: such a node is written only through those. */
  static Set<String> nodesBelowOthers(List<GivenOption> options) {
    Set<String> below = new HashSet<>();
    for (GivenOption option : options) {
      if (option.name().equals("blockdev")) {
        PropertyList list = PropertyList.parse(option.value(), "driver");
        list.find("file").ifPresent(below::add);
        list.find("backing").ifPresent(below::add);
      }
    }
    return below;
  }

  static void blockdev(GuestDraft draft, GivenOption option, Set<String> belowOthers) {
    PropertyList list = PropertyList.parse(option.value(), "driver");
    boolean fine =
        list.isOn("read-only")
            || forgetful(list.get("driver"))
            || belowOthers.contains(list.get("node-name"));
    if (!fine) {
      draft.refuse(
          option, WRITABLE, "Add read-only=on, and use it with a device that can be read-only.");
      return;
    }
    for (String key : List.of("filename", "file.filename")) {
      if (list.find(key).isPresent() && !option.value().startsWith("{")) {
        draft.keep(option, list.with(key, path(draft, option, list.get(key))).toText("driver"));
        return;
      }
    }
    draft.keep(option);
  }

  private static boolean forgetful(String driver) {
    return driver.equals("null-co") || driver.equals("null-aio");
  }

  /** A protocol such as nbd: or https: is left alone; a path becomes absolute and must be there. */
  private static String path(GuestDraft draft, GivenOption option, String name) {
    int colon = name.indexOf(':');
    int slash = name.indexOf('/');
    boolean protocol = colon > 0 && (slash < 0 || colon < slash);
    return protocol ? name : draft.file(option, name);
  }
}
