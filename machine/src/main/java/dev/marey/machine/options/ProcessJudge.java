package dev.marey.machine.options;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges what concerns a QEMU process, of which Marey has more than one for a guest. */
final class ProcessJudge {

  private static final Set<String> LOOPBACK = Set.of("", "localhost", "127.0.0.1", "[::1]", "::1");

  private ProcessJudge() {}

  /** False if it is about something else. */
  static boolean judge(GuestDraft draft, GivenOption option) {
    switch (option.name()) {
      case "monitor", "qmp", "qmp-pretty", "mon" -> {
        if (!option.value().equals("none")) {
          draft.notice(option, "left out; use Marey's monitor console.");
        }
      }
      case "S" -> draft.startPaused = true;
      case "nodefaults" -> {
        draft.defaults = false;
        draft.keep(option);
      }
      case "s" -> draft.gdb = Optional.of("tcp::1234");
      case "gdb" -> gdb(draft, option);
      case "pidfile" -> draft.notice(option, "left out; there is more than one QEMU.");
      case "D" -> {
        draft.keep(option, draft.absolute(option.value()).replace("%", "%%") + ".%d");
        draft.notice(
            option, "each QEMU process writes a log of its own, " + option.value() + ".PID.");
      }
      case "snapshot" -> {
        // images are never written
      }
      case "no-shutdown" -> {
        // always on
      }
      case "action" -> action(draft, option);
      case "rtc" -> clock(draft, option);
      case "icount" -> instructionCount(draft, option);
      case "overcommit" -> overcommit(draft, option);
      case "sandbox" -> sandbox(draft, option);
      case "trace" -> trace(draft, option);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void gdb(GuestDraft draft, GivenOption option) {
    if (option.value().startsWith("tcp:")) {
      draft.gdb = Optional.of(option.value());
      String host = option.value().replaceFirst("^tcp:", "").replaceFirst(":[^:]*$", "");
      if (!LOOPBACK.contains(host)) {
        draft.notice(option, "gdb can connect from this machine only, at 127.0.0.1.");
      }
    } else if (!option.value().equals("none")) {
      draft.refuse(
          option,
          "Marey opens a gdb server on a port of this machine only.",
          "Write -gdb tcp::1234.");
    }
  }

  private static void action(GuestDraft draft, GivenOption option) {
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

  private static void clock(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    if (list.find("clock").filter(clock -> !clock.equals("vm")).isPresent()) {
      draft.notice(
          option, "clock=vm is used instead, so that the battery clock goes back with the guest.");
    }
    draft.clock = list.with("clock", "vm");
  }

  private static void instructionCount(GuestDraft draft, GivenOption option) {
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

  private static void overcommit(GuestDraft draft, GivenOption option) {
    if (PropertyList.parse(option.value(), "").isNotOff("mem-lock")) {
      draft.refuse(
          option,
          "locked pages are not given back, and a lazy revert fetches pages anew.",
          "Write mem-lock=off, or leave it out.");
    } else {
      draft.keep(option);
    }
  }

  private static void sandbox(GuestDraft draft, GivenOption option) {
    if (PropertyList.parse(option.value(), "enable").get("enable").equals("off")) {
      draft.keep(option);
    } else {
      OptionJudge.byTable(draft, option);
    }
  }

  private static void trace(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "enable");
    if (list.get("enable").equals("help")) {
      draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
      return;
    }
    if (list.find("file").isPresent()) {
      draft.notice(option, "its file is left out, because more than one QEMU would write it.");
    }
    PropertyList kept = PathProperty.absolute(draft, option, "", list.without("file"::equals));
    if (!kept.all().isEmpty()) {
      draft.keep(option, kept.toText("enable"));
    }
  }
}
