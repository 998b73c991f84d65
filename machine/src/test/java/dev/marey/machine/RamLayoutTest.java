package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.RamLayout.Range;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The texts are what QEMU 7.2 printed. */
final class RamLayoutTest {

  private static final long GIB = 1L << 30;

  private static RamLayout layout(String file, String block, long bytes)
      throws IOException, MachineException {
    try (InputStream in =
        Objects.requireNonNull(RamLayoutTest.class.getResourceAsStream(file + ".txt"))) {
      return RamLayout.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), block, bytes);
    }
  }

  private static Range range(long address, long offset, long length) {
    return new Range(new GuestAddress(address), offset, length);
  }

  @Test
  void aSmallPcHasOneRangeBecauseRamBehindVgaCountsAtItsOwnAddress() throws Exception {
    assertThat(layout("pc-512M", "pc.ram", GIB / 2).ranges()).containsExactly(range(0, 0, GIB / 2));
  }

  @Test
  void aPcOfFiveGigabytesContinuesAboveTheHoleAtThree() throws Exception {
    RamLayout layout = layout("pc-5G", "pc.ram", 5 * GIB);
    assertThat(layout.ranges())
        .containsExactly(range(0, 0, 3 * GIB), range(4 * GIB, 3 * GIB, 2 * GIB));
    assertThat(layout.lengthBytes()).isEqualTo(5 * GIB);
  }

  @Test
  void aQ35OfSixGigabytesContinuesAboveTheHoleAtTwo() throws Exception {
    assertThat(layout("q35-6G", "pc.ram", 6 * GIB).ranges())
        .containsExactly(range(0, 0, 2 * GIB), range(4 * GIB, 2 * GIB, 4 * GIB));
  }

  @Test
  void aMicrovmNamesItsBlockDifferently() throws Exception {
    assertThat(layout("microvm-256M", "microvm.ram", GIB / 4).ranges())
        .containsExactly(range(0, 0, GIB / 4));
  }

  @Test
  void addressesAndPagesTranslateBothWaysAcrossTheHole() throws Exception {
    RamLayout layout = layout("pc-5G", "pc.ram", 5 * GIB);
    PageNumber lastBelow = new PageNumber((int) (3 * GIB / 4096) - 1);
    PageNumber firstAbove = new PageNumber((int) (3 * GIB / 4096));
    assertThat(layout.addressOf(lastBelow)).isEqualTo(new GuestAddress(3 * GIB - 4096));
    assertThat(layout.addressOf(firstAbove)).isEqualTo(new GuestAddress(4 * GIB));
    assertThat(layout.pageAt(new GuestAddress(3 * GIB - 1))).contains(lastBelow);
    assertThat(layout.pageAt(new GuestAddress(4 * GIB + 4095))).contains(firstAbove);
  }

  @Test
  void theHoleHasNoPage() throws Exception {
    RamLayout layout = layout("pc-5G", "pc.ram", 5 * GIB);
    assertThat(layout.pageAt(new GuestAddress(3 * GIB))).isEmpty();
    assertThat(layout.pageAt(new GuestAddress(6 * GIB))).isEmpty();
    assertThat(layout.pageAt(new GuestAddress(-1))).isEmpty();
  }

  @Test
  void aPageBehindTheEndIsABug() throws Exception {
    RamLayout layout = layout("pc-512M", "pc.ram", GIB / 2);
    assertThatThrownBy(() -> layout.addressOf(new PageNumber((int) (GIB / 2 / 4096))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("131072");
  }

  @Test
  void aMapWithoutTheBlockIsRefusedWithARemedy() {
    assertThatThrownBy(() -> RamLayout.parse("FlatView #0\n", "pc.ram", 4096))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("pc.ram")
        .hasMessageContaining("use pc, q35 or microvm");
  }
}
