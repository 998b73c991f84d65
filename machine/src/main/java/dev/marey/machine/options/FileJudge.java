package dev.marey.machine.options;

/** Judges options whose value is, or has in it, a file of this machine. */
final class FileJudge {

  private FileJudge() {}

  /** Multiboot modules stand in one value: {@code module arg=x,module2}. */
  static void initrd(GuestDraft draft, GivenOption option) {
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
  static void searched(GuestDraft draft, GivenOption option) {
    if (option.value().equals("help") && !draft.exists(option.value())) {
      draft.refuse(option, RefusedDevice.PRINTS, RefusedDevice.REMOVE);
    } else {
      draft.keep(option, draft.searchedFile(option, option.value()));
    }
  }

  static void properties(GuestDraft draft, GivenOption option, String impliedKey) {
    PropertyList list = PropertyList.parse(option.value(), impliedKey);
    draft.keep(option, list, PathProperty.absolute(draft, option, "", list), impliedKey);
  }
}
