package dev.marey.machine.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The beginning of a stream, up to its first device section.
 *
 * <pre>
 * 0   "QEVM"  be32 3
 * 8   [07  be32 n, n bytes machine type, subsections of "configuration"]
 *     01  be32 id, u8 3 "ram", be32 instance, be32 version, block list      7e be32 id
 *     02  be32 id, pages                                                    7e be32 id   (any number)
 *     03  be32 id, pages                                                    7e be32 id
 *     04  first device section: not read any more
 * </pre>
 *
 * @param machineType QEMU's name of the machine, such as {@code pc-i440fx-7.2}; empty where the
 *     stream has no configuration
 * @param capabilities migration capabilities the stream was made with
 * @param blocks RAM blocks in the stream's order
 * @param ramId number of the ram section
 * @param listEndBytes where the section with the list of blocks ends
 * @param lengthBytes where the first device section begins
 */
record StateHead(
    String machineType,
    List<String> capabilities,
    Collection<RamBlock> blocks,
    long ramId,
    int listEndBytes,
    int lengthBytes) {

  static final int MAGIC = 0x5145564d;
  static final int VERSION = 3;
  static final int MAGIC_BYTES = 8;

  /** Leaves the cursor at the first device section. */
  static StateHead read(StateCursor cursor) throws StateFormatException {
    readMagic(cursor);
    String machineType = "";
    List<String> capabilities = new ArrayList<>();
    if (cursor.peek() == SectionType.CONFIGURATION) {
      cursor.u8("configuration");
      machineType = cursor.text(cursor.u32("length of the machine type"), "machine type");
      while (cursor.peek() == SectionType.SUBSECTION) {
        readConfiguration(cursor, capabilities);
      }
    }
    RamSection ram = new RamSection(capabilities.contains("x-ignore-shared"));
    long ramId = -1;
    int listEnd = 0;
    while (true) {
      int at = cursor.position();
      int type = cursor.peek();
      if (type == SectionType.FULL || type == SectionType.EOF) {
        return new StateHead(
            machineType, List.copyOf(capabilities), ram.blocks(), ramId, listEnd, at);
      }
      cursor.u8("section type");
      switch (type) {
        case SectionType.COMMAND -> {
          cursor.u16("command");
          cursor.take(cursor.u16("length of a command"), "command data");
        }
        case SectionType.START -> {
          ramId = cursor.u32("section id");
          String name = cursor.name("section name");
          cursor.u32("instance id");
          long version = cursor.u32("section version");
          if (!name.equals("ram") || version != 4) {
            throw new StateFormatException(
                at,
                "expected live section ram of version 4, found %s of version %d"
                    .formatted(name, version));
          }
          ram.read(cursor);
          readFooter(cursor, ramId);
          listEnd = cursor.position();
        }
        case SectionType.PART, SectionType.END -> {
          long id = cursor.u32("section id");
          if (id != ramId) {
            throw new StateFormatException(
                at, "expected the ram section with id %d, found id %d".formatted(ramId, id));
          }
          ram.read(cursor);
          readFooter(cursor, ramId);
        }
        default ->
            throw new StateFormatException(
                at, "expected a section, found byte 0x%02x".formatted(type & 0xff));
      }
    }
  }

  static void readMagic(StateCursor cursor) throws StateFormatException {
    int at = cursor.position();
    long magic = cursor.u32("magic QEVM");
    if (magic != MAGIC) {
      throw new StateFormatException(at, "expected magic QEVM, found 0x%08x".formatted(magic));
    }
    long version = cursor.u32("stream version");
    if (version != VERSION) {
      throw new StateFormatException(
          at + 4, "expected stream version 3, found %d".formatted(version));
    }
  }

  static void readFooter(StateCursor cursor, long sectionId) throws StateFormatException {
    int at = cursor.position();
    int mark = cursor.u8("section footer");
    if (mark != SectionType.FOOTER) {
      throw new StateFormatException(
          at, "expected section footer 0x7e, found byte 0x%02x".formatted(mark));
    }
    long id = cursor.u32("section id of a footer");
    if (id != sectionId) {
      throw new StateFormatException(
          at, "expected the footer of section %d, found that of %d".formatted(sectionId, id));
    }
  }

  private static void readConfiguration(StateCursor cursor, List<String> capabilities)
      throws StateFormatException {
    int at = cursor.position();
    cursor.u8("subsection");
    String name = cursor.name("subsection name");
    cursor.u32("subsection version");
    switch (name) {
      case "configuration/capabilities" -> {
        long count = cursor.u32("number of capabilities");
        for (long i = 0; i < count; i++) {
          capabilities.add(cursor.name("capability"));
        }
      }
      case "configuration/target-page-bits" -> {
        long bits = cursor.u32("target page bits");
        if (bits != 12) {
          throw new StateFormatException(at, "expected pages of 12 bits, found " + bits);
        }
      }
      case "configuration/uuid" -> cursor.take(16, "machine UUID");
      default ->
          throw new StateFormatException(
              at, "expected a known part of the configuration, found " + name);
    }
  }
}
