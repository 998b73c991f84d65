package dev.marey.machine.options;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Devices that cannot be captured and reverted, and why. The table in {@code docs/qemu-options.md}
 * is {@link #toMarkdown()}.
 *
 * @param drivers their names or patterns of them, as {@code -device} takes them
 * @param what what is wrong, one sentence
 * @param remedy what to do, one sentence
 */
record RefusedDevice(List<String> drivers, String what, String remedy) {

  static final String BYPASSES =
      "it writes guest RAM, or takes pages from it, past what Marey watches.";

  static final String BESIDE = "its memory lies beside the RAM Marey captures.";

  /** QEMU itself refuses to save a machine that has it. */
  static final String BLOCKS = "QEMU cannot save its state.";

  /** QEMU saves the machine and says nothing, but after a revert the device is as it was before. */
  static final String NO_STATE =
      "QEMU has no saved state for it, so it would not go back with the guest.";

  static final String HOST = "it is a device of the host, whose state is not in QEMU.";
  static final String PRINTS = "it makes QEMU print something and end.";
  static final String REMOVE = "Remove it.";

  static final List<RefusedDevice> ALL =
      List.of(
          refused(BYPASSES, REMOVE, "vhost-.*", ".*-vhost-.*"),
          refused(BYPASSES, REMOVE, "vfio-.*", "x-vfio.*", "x-pci-proxy-dev"),
          refused(BYPASSES, REMOVE, "ivshmem.*"),
          refused(BYPASSES, REMOVE, "virtio-balloon.*", "hv-balloon"),
          refused(BYPASSES, "Use -device virtio-net-pci or e1000.", "pvrdma"),
          refused(
              BESIDE,
              "Give the guest its RAM with -m alone.",
              "virtio-mem.*",
              "virtio-pmem.*",
              "nvdimm",
              "pc-dimm",
              "cxl-.*",
              "pxb-cxl.*"),
          refused(BLOCKS, "Use virtio-blk-pci.", "nvme.*", "ufs.*"),
          refused(BLOCKS, "Put the files into the initrd or on a read-only disk.", "virtio-9p.*"),
          refused(
              BLOCKS,
              "Use the variant without gl: virtio-vga or virtio-gpu-pci.",
              "virtio-gpu-gl.*",
              "virtio-vga-gl",
              "virtio-gpu-rutabaga.*",
              "virtio-vga-rutabaga"),
          refused(BLOCKS, "Use -device virtio-net-pci or e1000.", "usb-net"),
          refused(BLOCKS, "Use -device AC97 or intel-hda with hda-duplex.", "usb-audio"),
          refused(BLOCKS, "Use -device usb-storage or virtio-scsi-pci.", "usb-uas"),
          refused(BLOCKS, "Use -device isa-serial or pci-serial.", "usb-serial", "usb-braille"),
          refused(BLOCKS, "Use -device usb-tablet.", "usb-wacom-tablet"),
          refused(BLOCKS, "Use -device intel-iommu or virtio-iommu-pci.", "amd-iommu"),
          refused(BLOCKS, REMOVE, "rocker", "hv-syndbg"),
          refused(NO_STATE, "Use -vga std, or -device VGA.", "ati-vga", "ramfb"),
          refused(NO_STATE, "Use -device AC97 or intel-hda with hda-duplex.", "adlib"),
          refused(
              NO_STATE,
              REMOVE,
              "AMDVI-PCI",
              "edu",
              "hyperv-testdev",
              "i2c-echo",
              "isa-applesmc",
              "pc-testdev",
              "pci-testdev"),
          refused(
              HOST,
              REMOVE,
              "usb-host",
              "usb-redir",
              "usb-mtp",
              "ccid-card-passthru",
              "ccid-card-emulated",
              "u2f-passthru",
              "virtio-input-host.*",
              "scsi-generic",
              "scsi-block"),
          refused("the state of a TPM is outside of QEMU.", REMOVE, "tpm-.*"),
          refused("it works in a Xen guest only.", REMOVE, "xen-.*"),
          refused(PRINTS, REMOVE, "help", "\\?"));

  private static RefusedDevice refused(String what, String remedy, String... drivers) {
    return new RefusedDevice(List.of(drivers), what, remedy);
  }

  /** Why a device is refused; empty if it is not. */
  static Optional<RefusedDevice> find(String driver) {
    return ALL.stream().filter(row -> row.drivers.stream().anyMatch(driver::matches)).findFirst();
  }

  /** The table without a heading, lines ending in \n. */
  static String toMarkdown() {
    StringBuilder text = new StringBuilder("| device | why |\n|---|---|\n");
    for (RefusedDevice row : ALL) {
      if (row.what.equals(PRINTS)) {
        continue;
      }
      text.append(
              row.drivers.stream()
                  .map(driver -> "`" + driver.replace(".*", "*") + "`")
                  .collect(Collectors.joining(", ", "| ", " | ")))
          .append(Character.toUpperCase(row.what.charAt(0)))
          .append(row.what.substring(1))
          .append(' ')
          .append(row.remedy)
          .append(" |\n");
    }
    return text.toString();
  }
}
