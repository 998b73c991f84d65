package dev.marey.workbench.shell;

import dev.marey.snapshot.NodeExport;

/** What the forms of an export are called, and what they are for. */
final class ExportText {

  private ExportText() {}

  static String title(NodeExport.Form form) {
    return switch (form) {
      case STREAM -> "QEMU migration stream";
      case MAPPED_RAM -> "QEMU mapped-ram file";
      case RAW -> "raw memory";
      case ELF -> "ELF core";
      case DEVICE_STATE -> "device state (JSON)";
    };
  }

  static String use(NodeExport.Form form) {
    return switch (form) {
      case STREAM ->
          "A stock QEMU goes on from it; the guest's disks are written beside it. You get the"
              + " command line.";
      case MAPPED_RAM -> "The same for QEMU 9 and newer, which loads it faster.";
      case RAW -> "Every page at its own offset, with holes for zeroes.";
      case ELF -> "Memory by physical addresses and registers, for gdb and crash.";
      case DEVICE_STATE -> "Registers and devices, field by field.";
    };
  }

  /** What follows the dot in a file's name. */
  static String ending(NodeExport.Form form) {
    return switch (form) {
      case STREAM -> "stream";
      case MAPPED_RAM -> "mapped-ram";
      case RAW -> "raw";
      case ELF -> "elf";
      case DEVICE_STATE -> "json";
    };
  }
}
