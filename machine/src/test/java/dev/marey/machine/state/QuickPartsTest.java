package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a quick state is put together from. */
final class QuickPartsTest {

  private static StreamWriter devices(StreamWriter to, String runState, int counter) {
    byte[] name = new byte[100];
    for (int i = 0; i < runState.length(); i++) {
      name[i] = (byte) runState.charAt(i);
    }
    to.device(4, "globalstate", 0, 1).u32(runState.length() + 1).raw(name).footer(4);
    return to.device(5, "timer", 0, 1).u32(counter).footer(5);
  }

  private static DeviceState complete() {
    return devices(new StreamWriter().head(), "paused", 1).u8(0).state();
  }

  private static ByteBuffer fast(String runState, int counter) {
    return devices(new StreamWriter().magic(), runState, counter).u8(0).buffer();
  }

  @Test
  void aStateWithTheSameSectionsFits() throws Exception {
    SectionLayout layout = SectionLayout.of(complete());
    assertThat(layout.fits(fast("running", 99))).isTrue();
    assertThat(layout.withRunState(fast("running", 99))).isEqualTo(fast("paused", 99));
  }

  @Test
  void oneWithOtherSectionsDoesNot() throws Exception {
    SectionLayout layout = SectionLayout.of(complete());
    StreamWriter more = devices(new StreamWriter().magic(), "running", 1);
    assertThat(layout.fits(more.device(6, "new", 0, 1).footer(6).u8(0).buffer())).isFalse();
    StreamWriter longer = new StreamWriter().magic();
    longer.device(4, "globalstate", 0, 1).u32(8).raw(new byte[99]).footer(4);
    longer.device(5, "timer", 0, 1).u32(1).u8(0).footer(5);
    assertThat(layout.fits(longer.u8(0).buffer()))
        .as("as long as a whole, but the sections are not")
        .isFalse();
    ByteBuffer other = fast("running", 1);
    other.put(8 + 4, (byte) 3);
    assertThat(layout.fits(other)).as("another section id").isFalse();
    assertThat(layout.fits(fast("running", 1).limit(50))).isFalse();
  }

  @Test
  void aPrefixIsReadBackAsItWasMade() throws Exception {
    ByteBuffer ones = ByteBuffer.allocate(RamBlock.PAGE_BYTES);
    ones.put(17, (byte) 1);
    StatePrefix first = StatePrefix.of(complete());
    StatePrefix second =
        first.with(
            Map.of(
                "pc.bios",
                new TreeMap<>(
                    Map.of(0L, ones, 0x1000L, ByteBuffer.allocate(RamBlock.PAGE_BYTES)))));
    DeviceState spliced = StateSplice.of(complete()).splice(second, fast("paused", 7));
    RamBlock bios = StateStream.parse(spliced).ramBlocks().get(1);
    assertThat(bios.filledPages()).containsExactly(0L);
    assertThat(bios.page(0)).isEqualTo(ones);
    assertThat(StateStream.parse(spliced).ramBlocks()).isEqualTo(second.blocks());
    assertThat(first.blocks().get(1).filledPages()).as("is not changed").containsExactly(0x1000L);
  }

  @Test
  void aChangeHasOnlyThePagesThatDiffer() throws Exception {
    ByteBuffer ones = ByteBuffer.allocate(RamBlock.PAGE_BYTES);
    ones.put(17, (byte) 1);
    StatePrefix present =
        StatePrefix.of(complete()).with(Map.of("pc.bios", new TreeMap<>(Map.of(0x3000L, ones))));
    DeviceState change = StateSplice.change(present, complete());
    StateStream stream = StateStream.parse(change);
    assertThat(stream.sections())
        .extracting(DeviceSection::name)
        .isEqualTo(List.of("globalstate", "timer"));
    // one page of zeroes: its entry, the block's name and the fill byte
    int same = StateSplice.change(StatePrefix.of(complete()), complete()).lengthBytes();
    assertThat(change.lengthBytes() - same).isEqualTo(8 + 1 + "pc.bios".length() + 1);
    assertThat(stream.ramBlocks().get(1).ignored()).as("its page is listed").isFalse();
  }
}
