package dev.marey.machine.options;

/**
 * A disk of a person's line: a node of QEMU's block layer that has a name, or that an option gives
 * to a device itself.
 *
 * @param option where it stands in the line
 * @param prefix of its properties in the option, such as {@code file.}; empty for the outermost
 * @param name its id or node name, by which devices find it; empty if it has none
 * @param file its file or address; empty if that stands deeper
 * @param driver its format or protocol; empty if QEMU finds out
 * @param bus the {@code if=} of a drive, such as {@code virtio}; empty for the default
 * @param access what the guest can do with it
 */
record Disk(
    GivenOption option,
    String prefix,
    String name,
    String file,
    String driver,
    String bus,
    Access access) {

  enum Access {
    /** QEMU itself keeps the guest from writing it. */
    READ_ONLY,
    /** The guest's writes go to a file. Also where nothing says otherwise. */
    WRITABLE,
    /** The guest's writes go nowhere, and it reads zeroes. */
    FORGETFUL,
    /** A drive without a medium. */
    EMPTY
  }
}
