package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
final class StateTreeQemuTest {

  @TempDir Path folder;

  static Stream<Arguments> machines() {
    List<String> many =
        List.of(
            "-vga std -smp 2 -device virtio-rng-pci -device virtio-serial-pci -device qemu-xhci"
                + " -device usb-kbd -device usb-tablet -device ahci -device virtio-scsi-pci"
                + " -device sdhci-pci");
    return Stream.of(
        Arguments.of(false, "pc", ""),
        Arguments.of(false, "pc", "-vga std"),
        Arguments.of(false, "pc", "-smp 2"),
        Arguments.of(false, "pc", "-device virtio-rng-pci -device virtio-serial-pci"),
        Arguments.of(false, "q35", many.get(0)),
        Arguments.of(true, "pc", "-vga std -smp 2"),
        Arguments.of(true, "q35", many.get(0)));
  }

  private TestQemu start(String machine, String arguments) throws Exception {
    return start(false, machine, arguments);
  }

  private TestQemu start(boolean qemu10, String machine, String arguments) throws Exception {
    Path ram = TestQemu.ram(folder.resolve("ram"));
    Path floppy = BootSector.write(folder.resolve("floppy"));
    TestQemu.Setup setup =
        new TestQemu.Setup(
            machine, ram, Stream.of(arguments.split(" ")).filter(word -> !word.isEmpty()).toList());
    if (machine.equals("pc")) {
      setup = setup.with("-drive", "if=floppy,format=raw,read-only=on,file=" + floppy);
    }
    TestQemu qemu =
        qemu10 ? TestQemu.start(folder, setup, TestGuests.qemu10()) : TestQemu.start(folder, setup);
    if (machine.equals("pc")) {
      qemu.awaitDebugConsole("U");
    }
    qemu.stop();
    return qemu;
  }

  /** Paths of leaves that are not equal, with both values. */
  private static List<String> different(StateTree first, StateTree second) {
    List<String> lines = new ArrayList<>();
    assertThat(paths(first)).isEqualTo(paths(second));
    first.forEach(
        node -> {
          StateValue other = second.find(node.path()).orElseThrow().value();
          if (!node.value().equals(other)) {
            lines.add(node.path() + ": " + node.value().text() + " / " + other.text());
          }
        });
    return lines;
  }

  private static List<String> paths(StateTree tree) {
    List<String> paths = new ArrayList<>();
    tree.forEach(node -> paths.add(node.path()));
    return paths;
  }

  @ParameterizedTest
  @MethodSource("machines")
  void everySectionOfARealStreamIsTakenApart(boolean qemu10, String machine, String arguments)
      throws Exception {
    DeviceState state;
    DeviceState spliced;
    StateSplice splice;
    try (TestQemu qemu = start(qemu10, machine, arguments)) {
      assertThat(qemu.version()).startsWith(qemu10 ? "10." : "7.");
      state = qemu.migrate();
      splice = StateSplice.of(state);
      spliced = splice.splice(ByteBuffer.wrap(qemu.fastState()));
    }
    StateStream stream = StateStream.parse(state);
    StateTree tree = StateTree.of(state);
    assertThat(stream.capabilities()).containsExactly("x-ignore-shared");
    assertThat(stream.machineType()).startsWith("pc-");
    assertThat(stream.sections()).hasSize(stream.description().orElseThrow().deviceCount());
    assertThat(stream.ramBlocks().get(0).name()).isEqualTo("pc.ram");
    assertThat(stream.ramBlocks().get(0).ignored()).isTrue();
    assertThat(tree.roots())
        .as("devices shown as bytes")
        .noneMatch(node -> node.value() instanceof StateValue.Bytes);
    // Both ways of saving write the same sections.
    StateStream fast = StateStream.parse(spliced);
    assertThat(fast.sections())
        .extracting(DeviceSection::path, DeviceSection::lengthBytes)
        .containsExactlyElementsOf(
            stream.sections().stream().map(s -> Tuple.tuple(s.path(), s.lengthBytes())).toList());
    StateTree named = StateTree.of(spliced);
    // Of one pause both ways of saving tell the same, but for the run state to go on in.
    assertThat(different(named, tree))
        .hasSize(2)
        .allMatch(line -> line.startsWith("globalstate[0]/"));
  }

  @Test
  void romsAndVideoMemoryAreInTheTree() throws Exception {
    DeviceState state;
    String bios;
    try (TestQemu qemu = start("pc", "-vga std")) {
      state = qemu.migrate();
      bios = qemu.monitor("xp /16xb 0xfffffff0");
    }
    StateTree tree = StateTree.of(state);
    RamBlock rom = ((StateValue.Memory) tree.find("ram/pc.bios").orElseThrow().value()).block();
    ByteBuffer last = rom.page(rom.lengthBytes() - 4096);
    StringBuilder expected = new StringBuilder();
    for (int row = 0; row < 2; row++) {
      expected.append("00000000fffffff").append(row == 0 ? '0' : '8').append(':');
      for (int i = 0; i < 8; i++) {
        expected.append(" 0x%02x".formatted(last.get(4096 - 16 + row * 8 + i)));
      }
      expected.append('\n');
    }
    assertThat(bios.replace("\r", "")).isEqualTo(expected.toString());
    assertThat(tree.roots())
        .filteredOn(node -> node.name().endsWith("/vga.vram"))
        .extracting(StateNode::type, node -> node.value().text())
        .containsExactly(Tuple.tuple("ram", "16777216 bytes"));
  }

  @Test
  void aDamagedRealStreamGivesATreeOrARefusal() throws Exception {
    byte[] stream;
    try (TestQemu qemu = start("pc", "")) {
      stream = qemu.migrate().toByteArray();
    }
    Random random = new Random(1);
    for (DeviceSection section : StateStream.parse(DeviceState.of(stream)).sections()) {
      int end = section.offset() + section.lengthBytes();
      for (int length : new int[] {section.offset(), end - 1, end, end + 1, end + 5}) {
        assertThat(DamagedStateTest.readable(Arrays.copyOf(stream, length)))
            .as("cut after %d bytes", length)
            .isFalse();
      }
    }
    for (int i = 0; i < 300; i++) {
      byte[] damaged = stream.clone();
      int place = random.nextInt(stream.length);
      damaged[place] ^= (byte) (1 << random.nextInt(8));
      DamagedStateTest.readable(damaged);
      assertThat(DamagedStateTest.readable(Arrays.copyOf(stream, place)))
          .as("cut after %d bytes", place)
          .isFalse();
    }
  }
}
