package dev.marey.machine.export;

import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.state.DeviceSection;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.RamBlock;
import dev.marey.machine.state.RamFlags;
import dev.marey.machine.state.RunStateNote;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a migration stream has around its pages of RAM, taken from a device state: configuration,
 * list of RAM blocks, device sections.
 */
final class StreamFrame {

  private static final int MAGIC = 0x5145564d;
  private static final int VERSION = 3;
  private static final int CONFIGURATION = 0x07;
  private static final int SUBSECTION = 0x05;
  private static final int START = 0x01;
  private static final int END = 0x03;
  private static final int FOOTER = 0x7e;
  private static final int RAM_VERSION = 4;

  private final StateStream stream;
  private final ByteBuffer devices;
  private final int ramId;
  private final RamBlock shared;

  /**
   * Takes a state apart.
   *
   * @param known description that goes with it if it carries none
   * @param running whether a QEMU that loads it is to run on by itself
   * @param ram the block that the state does not hold
   */
  StreamFrame(DeviceState state, Optional<StateDescription> known, boolean running, RamPages ram)
      throws MachineException {
    this.stream =
        known.isPresent() ? StateStream.parse(state, known.get()) : StateStream.parse(state);
    this.shared = shared((long) ram.pageCount() * PageNumber.PAGE_BYTES);
    List<DeviceSection> sections = stream.sections();
    this.ramId = unusedId(sections);
    ByteBuffer all = ByteBuffer.wrap(state.toByteArray());
    if (running) {
      // It was saved while the machine stood still, and says so.
      RunStateNote.set(stream, all, "running");
    }
    this.devices = all.slice(begin(sections.get(0)), all.limit() - begin(sections.get(0)));
  }

  private RamBlock shared(long ramBytes) throws MachineException {
    for (RamBlock block : stream.ramBlocks()) {
      if (block.ignored() && block.lengthBytes() == ramBytes) {
        return block;
      }
    }
    throw new MachineException(
        "The device state has no RAM block of %d bytes for the guest's memory."
            .formatted(ramBytes));
  }

  private static int unusedId(List<DeviceSection> sections) throws MachineException {
    if (sections.isEmpty()) {
      throw new MachineException("The device state has no devices.");
    }
    List<Long> used = sections.stream().map(DeviceSection::id).toList();
    int id = 0;
    while (used.contains((long) id)) {
      id++;
    }
    return id;
  }

  /** Where the section's own head begins: type, id, name, instance and version. */
  private static int begin(DeviceSection section) {
    int nameBytes = section.name().length();
    return section.offset() - (1 + Integer.BYTES + 1 + nameBytes + Integer.BYTES + Integer.BYTES);
  }

  /** The block that is guest RAM. */
  RamBlock shared() {
    return shared;
  }

  List<RamBlock> blocks() {
    return stream.ramBlocks();
  }

  String machineType() {
    return stream.machineType();
  }

  /**
   * Magic, configuration, and the beginning of the RAM section.
   *
   * @param capabilities what the receiver must have been told
   */
  void writeHead(DataOutputStream out, List<String> capabilities) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    if (!stream.machineType().isEmpty()) {
      out.writeByte(CONFIGURATION);
      out.writeInt(stream.machineType().length());
      out.writeBytes(stream.machineType());
      if (!capabilities.isEmpty()) {
        out.writeByte(SUBSECTION);
        name(out, "configuration/capabilities");
        out.writeInt(1);
        out.writeInt(capabilities.size());
        for (String capability : capabilities) {
          name(out, capability);
        }
      }
    }
    out.writeByte(START);
    out.writeInt(ramId);
    name(out, "ram");
    out.writeInt(0);
    out.writeInt(RAM_VERSION);
    out.writeLong(
        blocks().stream().collect(Collectors.summingLong(RamBlock::lengthBytes))
            | RamFlags.MEM_SIZE);
  }

  void writeBlock(DataOutputStream out, RamBlock block) throws IOException {
    name(out, block.name());
    out.writeLong(block.lengthBytes());
  }

  /** End of the block list; the last RAM section begins. */
  void beginPages(DataOutputStream out) throws IOException {
    endSection(out);
    out.writeByte(END);
    out.writeInt(ramId);
  }

  /** End of the pages, then all devices. */
  void writeTail(DataOutputStream out) throws IOException {
    endSection(out);
    byte[] rest = new byte[devices.remaining()];
    devices.duplicate().get(rest);
    out.write(rest);
  }

  private void endSection(DataOutputStream out) throws IOException {
    out.writeLong(RamFlags.EOS);
    out.writeByte(FOOTER);
    out.writeInt(ramId);
  }

  static void name(DataOutputStream out, String name) throws IOException {
    out.writeByte(name.length());
    out.writeBytes(name);
  }

  /** One page of a block; false if it is all zeroes, and then {@code into} may hold anything. */
  boolean read(RamBlock block, long offset, RamPages ram, ByteBuffer into) throws IOException {
    into.clear();
    if (block.name().equals(shared.name())) {
      int page = (int) (offset / PageNumber.PAGE_BYTES);
      if (ram.isZero(page)) {
        return false;
      }
      ram.read(page, into);
      return true;
    }
    into.put(0, block.page(offset), 0, PageNumber.PAGE_BYTES);
    return into.mismatch(ZEROES) >= 0;
  }

  private static final ByteBuffer ZEROES = ByteBuffer.allocate(PageNumber.PAGE_BYTES);
}
