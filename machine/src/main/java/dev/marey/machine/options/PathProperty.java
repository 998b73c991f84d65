package dev.marey.machine.options;

import dev.marey.machine.options.PropertyList.Property;
import java.util.List;
import java.util.Optional;

/**
 * A property whose value is a path on this machine.
 *
 * @param option of which option, as a pattern
 * @param type of which of its types, such as a device's driver, as a pattern
 * @param key the property, or its last part
 * @param kind what QEMU does with the path
 */
record PathProperty(String option, String type, String key, Kind kind) {

  enum Kind {
    /** It is read, and must be there. */
    READ,
    /** Several of them, separated by colons. */
    READ_LIST,
    /** A plain name may also be one of QEMU's own files. */
    SEARCHED,
    /** It is written: there are more QEMUs than one, and each would begin it anew. */
    WRITTEN
  }

  private static final String ANY = ".*";

  /** Every such property but those of disks, which are in {@link DiskFiles}. */
  private static final List<PathProperty> ALL =
      List.of(
          new PathProperty("device|global|option-rom", ANY, "romfile", Kind.SEARCHED),
          new PathProperty("device|global", ANY, "pcap", Kind.WRITTEN),
          new PathProperty("device", "loader", "file", Kind.READ),
          new PathProperty("device", "guest-loader", "kernel", Kind.READ),
          new PathProperty("device", "guest-loader", "initrd", Kind.READ),
          new PathProperty("device", "ipmi-bmc-sim", "sdrfile", Kind.READ),
          new PathProperty("device", "ipmi-bmc-sim", "frudatafile", Kind.READ),
          new PathProperty("device|global", ANY, "jsonfile", Kind.WRITTEN),
          new PathProperty("object", "secret", "file", Kind.READ),
          new PathProperty("object", "tls-creds-.*", "dir", Kind.READ),
          new PathProperty("object", "authz-list-file", "filename", Kind.READ),
          new PathProperty("object", "rng-random", "filename", Kind.READ),
          new PathProperty("object", "pr-manager-helper", "path", Kind.READ),
          new PathProperty("object", "filter-dump", "file", Kind.WRITTEN),
          new PathProperty("machine|M", ANY, "kernel", Kind.READ),
          new PathProperty("machine|M", ANY, "initrd", Kind.READ),
          new PathProperty("machine|M", ANY, "dtb", Kind.READ),
          new PathProperty("machine|M", ANY, "firmware", Kind.SEARCHED),
          new PathProperty("machine|M|boot", ANY, "splash", Kind.SEARCHED),
          new PathProperty("netdev|nic|net", "user", "tftp", Kind.READ),
          new PathProperty("acpitable", ANY, "file", Kind.READ_LIST),
          new PathProperty("acpitable", ANY, "data", Kind.READ_LIST),
          new PathProperty("smbios", ANY, "file", Kind.READ),
          new PathProperty("smbios", ANY, "path", Kind.READ),
          new PathProperty("fw_cfg", ANY, "file", Kind.READ),
          new PathProperty("plugin", ANY, "file", Kind.READ),
          new PathProperty("trace", ANY, "events", Kind.READ));

  private static Optional<Kind> kind(String option, String type, Property property) {
    return ALL.stream()
        .filter(
            row ->
                property.lastKey().equals(row.key)
                    && option.matches(row.option)
                    && type.matches(row.type))
        .map(PathProperty::kind)
        .findFirst();
  }

  /**
   * Makes the paths among an option's properties absolute. What is missing, and what would be
   * written, becomes a problem of the draft.
   */
  static PropertyList absolute(
      GuestDraft draft, GivenOption option, String type, PropertyList list) {
    return list.map(
        property ->
            Optional.of(
                property.value().isEmpty()
                    ? ""
                    : kind(option.name(), type, property)
                        .map(kind -> absolute(draft, option, property, kind))
                        .orElse(property.value())));
  }

  private static String absolute(
      GuestDraft draft, GivenOption option, Property property, Kind kind) {
    String value = property.value();
    return switch (kind) {
      case READ -> draft.file(option, value);
      case READ_LIST -> draft.exists(value) ? draft.absolute(value) : list(draft, option, value);
      case SEARCHED -> draft.searchedFile(option, value);
      case WRITTEN -> {
        draft.refuse(
            option,
            "more than one QEMU runs for a guest, and each would begin the file "
                + value
                + " anew.",
            property.lastKey().equals("jsonfile")
                ? "Remove jsonfile: the variables are saved with the guest."
                : "Remove it, and record the packets inside the guest.");
        yield value;
      }
    };
  }

  private static String list(GuestDraft draft, GivenOption option, String value) {
    return List.of(value.split(":")).stream()
        .map(file -> draft.file(option, file))
        .reduce((first, next) -> first + ":" + next)
        .orElse("");
  }
}
