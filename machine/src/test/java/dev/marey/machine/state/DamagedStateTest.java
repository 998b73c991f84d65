package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever happens to a stream, reading it gives a tree or a {@link StateFormatException}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class DamagedStateTest {

  private static final String JSON =
      "{\"devices\": [{\"name\": \"a\", \"instance_id\": 0, \"vmsd_name\": \"a\", \"version\": 1,"
          + " \"fields\": [{\"name\": \"x\", \"array_len\": 4, \"type\": \"uint32\", \"size\": 4}],"
          + " \"subsections\": [{\"vmsd_name\": \"a/b\", \"version\": 1, \"fields\": ["
          + "{\"name\": \"y\", \"type\": \"timer\", \"size\": 8}]}]}]}";

  private static final byte[] STREAM =
      new StreamWriter()
          .head()
          .device(0, "a", 0, 1)
          .u64(1)
          .u64(2)
          .u8(5)
          .name("a/b")
          .u32(1)
          .u64(3)
          .footer(0)
          .device(1, "c", 3, 1)
          .u8(1, 2, 3, 4, 5)
          .footer(1)
          .end(JSON)
          .state()
          .toByteArray();

  /** Whether it could be read; anything but the exception of the format ends the test. */
  static boolean readable(byte[] stream) {
    try {
      StateTree.of(DeviceState.of(stream)).forEach(node -> node.value().text());
      return true;
    } catch (StateFormatException e) {
      return false;
    }
  }

  @Test
  void cutOffAnywhereOnlyTheEndMarkIsAnEnd() {
    int end = STREAM.length - JSON.length() - 5;
    for (int length = 0; length < STREAM.length; length++) {
      assertThat(readable(Arrays.copyOf(STREAM, length)))
          .as("%d bytes", length)
          .isEqualTo(length == end);
    }
    assertThat(readable(STREAM)).isTrue();
  }

  @Test
  void anyFlippedBitGivesATreeOrARefusal() {
    byte[] sevens = {7, 7, 7, 7, 7, 7, 7, 7};
    for (int bit = 0; bit < STREAM.length * 8; bit++) {
      int eighth = bit / 8;
      if (Arrays.equals(STREAM, eighth, Math.min(eighth + 8, STREAM.length), sevens, 0, 8)) {
        continue; // the middle of a page: nothing there is looked at
      }
      byte[] damaged = STREAM.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      readable(damaged);
    }
  }

  @Property(tries = 500)
  void anyDamageGivesATreeOrARefusal(
      @ForAll("places") @Size(min = 1, max = 20) List<Integer> places,
      @ForAll @IntRange(min = -128, max = 127) int value) {
    byte[] damaged = STREAM.clone();
    for (int place : places) {
      damaged[place] = (byte) value;
    }
    readable(damaged);
  }

  @Provide
  Arbitrary<List<Integer>> places() {
    return Arbitraries.integers().between(0, STREAM.length - 1).list().ofMinSize(1).ofMaxSize(20);
  }
}
