package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.SmallRamPlaces.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SmallRamPlacesTest {

  @Test
  void lengthsAreTheMappedOnesOfQemu7AndOf10() {
    assertThat(
            SmallRamPlaces.lengths(
                """
                              Block Name    PSize              Offset               Used              Total
                                  pc.ram    4 KiB  0x0000000000000000 0x0000000004000000 0x0000000004000000
                    /rom@etc/acpi/tables    4 KiB  0x0000000005100000 0x0000000000020000 0x0000000000200000
                """))
        .isEqualTo(Map.of("pc.ram", 0x4000000L, "/rom@etc/acpi/tables", 0x200000L));
    assertThat(
            SmallRamPlaces.lengths(
                """
                              Block Name    PSize              Offset               Used              Total                HVA  RO
                                 pc.bios    4 KiB  0x0000000008000000 0x0000000000040000 0x0000000000040000 0x00007f0a5bc00000  ro
                """))
        .isEqualTo(Map.of("pc.bios", 0x40000L));
  }

  @Test
  void aPlaceIsAnonymousAlignedOfARightLengthAndGuarded() {
    Map<String, Long> lengths = Map.of("pc.bios", 0x40000L);
    String guarded = "7f0000200000-7f0000240000 rw-p 00000000 00:00 0";
    String guard = "7f0000240000-7f0000241000 ---p 00000000 00:00 0";
    assertThat(SmallRamPlaces.find(List.of(guarded, guard), lengths))
        .containsExactly(new Place(0x7f0000200000L, 0x40000));
    assertThat(SmallRamPlaces.find(List.of(guarded), lengths)).isEmpty();
    for (String other :
        List.of(
            guarded + " [heap]",
            guarded.replace("rw-p", "rw-s"),
            guarded.replace("7f0000200000", "7f0000201000"),
            "7f0000000000-7f0000040000 rw-p 00000000 00:00 0")) {
      assertThat(SmallRamPlaces.find(List.of(other, guard), lengths)).as(other).isEmpty();
    }
    // the rest of an arena of malloc's
    assertThat(
            SmallRamPlaces.find(
                List.of(guarded, guard.replace("7f0000241000", "7f0004000000")), lengths))
        .isEmpty();
  }
}
