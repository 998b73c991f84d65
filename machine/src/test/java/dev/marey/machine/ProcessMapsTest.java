package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessMapsTest {

  private static final List<String> MAPS =
      List.of(
          "55d0c0000000-55d0c0100000 r-xp 00000000 fe:00 77   /usr/bin/qemu-system-x86_64",
          "7f0000000000-7f0000001000 rw-s 00001000 00:01 1234 /memfd:guest-ram (deleted)",
          "7f1000000000-7f1000004000 rw-s 00000000 00:01 1234 /memfd:guest-ram (deleted)",
          "7f1000004000-7f1000008000 rw-s 00004000 00:01 1234 /memfd:guest-ram (deleted)");

  @Test
  void rowsThatContinueEachOtherAreOneMapping() throws MachineException {
    assertThat(ProcessMaps.find(MAPS, 1234, 0x8000)).isEqualTo(0x7f1000000000L);
  }

  @Test
  void aPartAloneIsNotTheRam() {
    assertThatThrownBy(() -> ProcessMaps.find(MAPS, 1234, 0x10000))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("has not mapped guest RAM of 65536 bytes")
        .hasMessageContaining("wrapper script");
  }
}
