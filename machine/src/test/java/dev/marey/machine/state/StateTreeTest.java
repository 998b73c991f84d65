package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StateTreeTest {

  private static final String JSON =
      """
      {"page_size": 4096, "devices": [
       {"name": "timer", "instance_id": 0, "vmsd_name": "timer", "version": 2, "fields": [
        {"name": "ticks", "type": "int64", "size": 8},
        {"name": "on", "type": "bool", "size": 1},
        {"name": "fire", "type": "timer", "size": 8}]},
       {"name": "cpu", "instance_id": 1, "vmsd_name": "cpu", "version": 12, "fields": [
        {"name": "regs", "array_len": 3, "type": "uint32", "size": 4},
        {"name": "pair", "array_len": 2, "type": "struct", "struct":
          {"vmsd_name": "pair", "version": 1, "fields": [
            {"name": "a", "type": "uint8 equal", "size": 1},
            {"name": "b", "type": "buffer", "size": 2}]}, "size": 3},
        {"name": "odd", "index": 0, "type": "struct", "struct":
          {"vmsd_name": "odd", "version": 1, "fields": [
            {"name": "x", "type": "uint8", "size": 1}],
           "subsections": [{"vmsd_name": "odd/more", "version": 1, "fields": [
            {"name": "y", "type": "int8", "size": 1}]}]}, "size": 16},
        {"name": "odd", "index": 1, "type": "struct", "struct":
          {"vmsd_name": "odd", "version": 1, "fields": [
            {"name": "x", "type": "uint8", "size": 1}]}, "size": 1},
        {"name": "view", "type": "tmp", "vmsd_name": "view", "version": 1, "fields": [
            {"name": "n", "type": "uint16", "size": 2}], "size": 2}],
        "subsections": [{"vmsd_name": "cpu/late", "version": 3, "fields": [
            {"name": "z", "type": "uint64", "size": 8}]}]}]}"""
          .replace("\n", " ");

  private static StreamWriter devices(StreamWriter to, boolean late) {
    to.device(0, "timer", 0, 2).u64(-5).u8(1).u64(-1).footer(0);
    to.device(7, "cpu", 1, 12).u32(1).u32(2).u32(0xdeadbeefL).u8(1, 0xaa, 0xbb, 2, 0xcc, 0xdd);
    to.u8(9).u8(5).name("odd/more").u32(1).u8(0xff).u8(8).u8(0x12, 0x34);
    if (late) {
      to.u8(5).name("cpu/late").u32(3).u64(0x0102030405060708L);
    }
    return to.footer(7);
  }

  private static DeviceState complete() {
    return devices(new StreamWriter().head(), true).end(JSON).state();
  }

  private static List<String> lines(StateTree tree) {
    List<String> lines = new ArrayList<>();
    tree.forEach(node -> lines.add(node.path() + " " + node.type() + " " + node.value().text()));
    return lines;
  }

  @Test
  void everyFieldHasItsPathTypeAndValue() throws Exception {
    StateTree tree = StateTree.of(complete());
    assertThat(tree.machineType()).isEqualTo("pc");
    assertThat(lines(tree))
        .containsExactly(
            "ram/pc.ram ram 1048576 bytes, not in this state",
            "ram/pc.bios ram 16384 bytes",
            "timer[0] device ",
            "timer[0]/ticks int64 0xfffffffffffffffb (-5)",
            "timer[0]/on bool true",
            "timer[0]/fire timer not armed",
            "cpu[1] device ",
            "cpu[1]/regs uint32 3 elements",
            "cpu[1]/regs[0] uint32 0x00000001",
            "cpu[1]/regs[1] uint32 0x00000002",
            "cpu[1]/regs[2] uint32 0xdeadbeef",
            "cpu[1]/pair struct 2 elements",
            "cpu[1]/pair[0] struct ",
            "cpu[1]/pair[0]/a uint8 equal 0x01",
            "cpu[1]/pair[0]/b buffer aa bb",
            "cpu[1]/pair[1] struct ",
            "cpu[1]/pair[1]/a uint8 equal 0x02",
            "cpu[1]/pair[1]/b buffer cc dd",
            "cpu[1]/odd struct 2 elements",
            "cpu[1]/odd[0] struct ",
            "cpu[1]/odd[0]/x uint8 0x09",
            "cpu[1]/odd[0]/odd/more subsection ",
            "cpu[1]/odd[0]/odd/more/y int8 0xff (-1)",
            "cpu[1]/odd[1] struct ",
            "cpu[1]/odd[1]/x uint8 0x08",
            "cpu[1]/view tmp ",
            "cpu[1]/view/n uint16 0x1234",
            "cpu[1]/cpu/late subsection ",
            "cpu[1]/cpu/late/z uint64 0x0102030405060708");
    assertThat(tree.find("cpu[1]/regs[2]"))
        .map(StateNode::value)
        .contains(new StateValue.Int(0xdeadbeefL, 4, false));
    assertThat(tree.find("cpu[0]")).isEmpty();
  }

  @Test
  void aSplicedStateCarriesTheDescriptionOfItsSplice() throws Exception {
    StateSplice splice = StateSplice.of(complete());
    ByteBuffer fast = devices(new StreamWriter().magic(), true).u8(0).buffer();
    DeviceState spliced = splice.splice(fast);
    assertThat(StateStream.parse(spliced).description()).isEqualTo(splice.description());
    assertThat(spliced).isEqualTo(complete());
  }

  @Test
  void aSubsectionThatWentIsShownAsAbsent() throws Exception {
    DeviceState state = devices(new StreamWriter().head(), false).end("").state();
    StateTree tree = StateTree.of(state, StateDescription.parse(JSON));
    assertThat(lines(tree)).endsWith("cpu[1]/cpu/late subsection absent");
  }

  @Test
  void subsectionsThatCameAreShownAsBytes() throws Exception {
    StreamWriter writer = new StreamWriter().head();
    writer.device(7, "cpu", 1, 12).u32(1).u32(2).u32(3).u8(1, 0, 0, 2, 0, 0).u8(9, 8, 0, 0);
    writer.u8(5).name("cpu/new").u32(1).u8(0xab);
    writer.u8(5).name("cpu/late").u32(3).u64(1);
    writer.u8(5).name("cpu/newer").u32(1).u8(0xcd, 0xef).footer(7);
    StateTree tree = StateTree.of(writer.end("").state(), StateDescription.parse(JSON));
    assertThat(lines(tree))
        .contains("cpu[1]/odd[0]/odd/more subsection absent")
        .endsWith(
            "cpu[1]/cpu/new subsection ab",
            "cpu[1]/cpu/late subsection ",
            "cpu[1]/cpu/late/z uint64 0x0000000000000001",
            "cpu[1]/cpu/newer subsection cd ef");
  }

  @Test
  void aSectionOfAnotherShapeIsShownAsBytesWithTheReason() throws Exception {
    StreamWriter writer = new StreamWriter().head();
    writer.device(0, "timer", 0, 2).u64(5).u8(1).footer(0);
    writer.device(3, "new", 0, 1).u8(1, 2, 3).footer(3);
    StateTree tree = StateTree.of(writer.end("").state(), StateDescription.parse(JSON));
    assertThat(tree.roots().subList(2, 4))
        .containsExactly(
            StateNode.leaf(
                "timer",
                "timer[0]",
                "device",
                new StateValue.Bytes(
                    new StreamWriter().u64(5).u8(1).buffer(),
                    "the bytes do not fit the known description of this device")),
            StateNode.leaf(
                "new",
                "new[0]",
                "device",
                new StateValue.Bytes(
                    ByteBuffer.wrap(new byte[] {1, 2, 3}),
                    "no description of this device is known")));
  }

  @Test
  void bytesThatLookLikeAFooterDoNotEndASection() throws Exception {
    StreamWriter writer = new StreamWriter().head();
    writer.device(0, "fifo", 0, 1).footer(0).u8(9).footer(0);
    StateStream stream = StateStream.parse(writer.u8(0).state());
    assertThat(stream.sections()).extracting(DeviceSection::lengthBytes).containsExactly(6);
  }

  @Test
  void smallRamBlocksKeepTheirPages() throws Exception {
    RamBlock bios = StateStream.parse(complete()).ramBlocks().get(1);
    assertThat(bios.address()).isEqualTo(0xffffc000L);
    assertThat(bios.filledPages()).containsExactly(0x1000L);
    assertThat(bios.page(0x1000).get(4095)).isEqualTo((byte) 7);
    assertThat(bios.page(0x2000)).isEqualTo(ByteBuffer.allocate(4096));
    assertThatThrownBy(() -> bios.page(0x4000)).hasMessage("offset is no page of pc.bios: 16384");
    assertThat(bios).isEqualTo(StateStream.parse(complete()).ramBlocks().get(1));
    assertThat(bios.sha256()).hasSize(64);
  }

  @Test
  void aPageMayBeOfTheBlockThatTheSectionBeforeNamed() throws Exception {
    byte[] nines = new byte[RamBlock.PAGE_BYTES];
    Arrays.fill(nines, (byte) 9);
    StreamWriter writer = new StreamWriter().head();
    writer.u8(0x02).u32(2).u64(0x3000 | 0x28).raw(nines).u64(0x10).footer(2);
    StateStream stream = StateStream.parse(devices(writer, true).end(JSON).state());
    RamBlock bios = stream.ramBlocks().get(1);
    assertThat(bios.filledPages()).containsExactly(0x1000L, 0x3000L);
    assertThat(bios.page(0x3000).get(0)).isEqualTo((byte) 9);
  }

  @Test
  void descriptionsOfTheSameTextAreEqual() throws Exception {
    StateDescription description = StateStream.parse(complete()).description().orElseThrow();
    assertThat(description).isEqualTo(StateDescription.parse(JSON));
    assertThat(description.digest()).isEqualTo(StateDescription.parse(JSON).digest());
    assertThat(description.json()).isEqualTo(JSON);
    assertThat(description.deviceCount()).isEqualTo(2);
  }

  @Test
  void aHugeArrayOfNothingMakesNoNodes() throws Exception {
    String json =
        """
        {"devices": [{"name": "a", "instance_id": 0, "version": 1, "fields": [
         {"name": "none", "array_len": 2147483647, "type": "buffer", "size": 0}]}]}"""
            .replace("\n", " ");
    DeviceState state = new StreamWriter().head().device(0, "a", 0, 1).footer(0).end(json).state();
    StateNode device = StateTree.of(state).find("a[0]").orElseThrow();
    assertThat(device.children()).isEmpty();
    assertThat(((StateValue.Bytes) device.value()).reason())
        .isEqualTo("the known description has more fields than can be shown");
  }
}
