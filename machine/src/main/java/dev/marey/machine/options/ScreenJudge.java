package dev.marey.machine.options;

import java.util.Optional;
import java.util.Set;

/** Judges what a person would see and hear of a guest. */
final class ScreenJudge {

  private ScreenJudge() {}

  static void judge(GuestDraft draft, GivenOption option) {
    switch (option.name()) {
      case "nographic" -> {
        draft.screenWanted = false;
        draft.machine.property("graphics", "off");
      }
      case "display" -> {
        String type = PropertyList.parse(option.value(), "type").get("type");
        if (type.equals("help") || type.equals("?")) {
          draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
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
      default -> audio(draft, option);
    }
  }

  private static void audio(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "driver");
    String driver = list.get("driver");
    if (driver.equals("help") || list.get("model").equals("help")) {
      draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
      return;
    }
    Optional<RefusedDevice> refused = RefusedDevice.find(list.get("model"));
    if (refused.isPresent()) {
      draft.refuse(option, refused.get().what(), refused.get().remedy());
      return;
    }
    PropertyList silent =
        list.without(key -> !Set.of("driver", "id", "model").contains(key)).with("driver", "none");
    draft.keep(option, silent.toText("driver"));
    if (!driver.equals("none")) {
      draft.notice(option, "the guest has its sound card, but nobody hears it.");
    }
  }
}
