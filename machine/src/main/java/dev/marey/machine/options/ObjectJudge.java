package dev.marey.machine.options;

/** Judges -object. */
final class ObjectJudge {

  private static final String BYPASSING = ".*vhost.*|x-vfio.*|x-remote.*";

  private ObjectJudge() {}

  static void judge(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "qom-type");
    String type = list.get("qom-type");
    if (type.startsWith("memory-backend")) {
      draft.refuse(
          option,
          "guest RAM is Marey's own memory: that is how it is captured.",
          "Remove it and give the size with -m.");
    } else if (type.matches(BYPASSING)) {
      draft.refuse(option, RefusedDevice.BYPASSES, RefusedDevice.REMOVE);
    } else if (type.matches("sev-.*|tdx-.*")) {
      draft.refuse(option, "encrypted memory cannot be captured.", RefusedDevice.REMOVE);
    } else if (type.matches("colo-.*|filter-(mirror|redirector|replay|rewriter)")) {
      draft.refuse(
          option,
          "it hands packets to another program, whose state does not go back with the guest.",
          RefusedDevice.REMOVE);
    } else if (type.equals("input-linux") || type.equals("input-barrier")) {
      draft.refuse(
          option,
          "it takes a keyboard or mouse of the host for itself.",
          "Remove it: Marey's screen sends keys and pointer.");
    } else if (type.equals("help") || type.equals("?")) {
      draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
    } else {
      draft.keep(option, list, PathProperty.absolute(draft, option, type, list), "qom-type");
    }
  }
}
