package dev.marey.workbench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceRowTest {

  private static final DeviceRow CONTROL =
      new DeviceRow("rtc/control", "control", "0x02", "uint8", List.of());
  private static final DeviceRow INDEX =
      new DeviceRow("rtc/index", "index", "0x0b", "uint8", List.of());
  private static final DeviceRow CLOCK =
      new DeviceRow("rtc", "rtc", "2 fields", "device", List.of(CONTROL, INDEX));
  private static final DeviceRow SERIAL =
      new DeviceRow("serial", "serial", "0x0B", "device", List.of());

  @Test
  void nothingToFilterKeepsEverything() {
    assertThat(DeviceRow.filtered(List.of(CLOCK, SERIAL), "  ")).containsExactly(CLOCK, SERIAL);
  }

  @Test
  void aMatchKeepsTheGroupsItIsInAndNothingElse() {
    assertThat(DeviceRow.filtered(List.of(CLOCK, SERIAL), "Control"))
        .containsExactly(new DeviceRow("rtc", "rtc", "2 fields", "device", List.of(CONTROL)));
  }

  @Test
  void valuesMatchInEitherCase() {
    assertThat(DeviceRow.filtered(List.of(CLOCK, SERIAL), "0x0b"))
        .containsExactly(new DeviceRow("rtc", "rtc", "2 fields", "device", List.of(INDEX)), SERIAL);
  }

  @Test
  void aGroupThatMatchesKeepsAllItsFields() {
    assertThat(DeviceRow.filtered(List.of(CLOCK, SERIAL), "rtc")).containsExactly(CLOCK);
  }

  @Test
  void groupsAreNotCountedAsFields() {
    assertThat(DeviceRow.fieldCount(List.of(CLOCK, SERIAL))).isEqualTo(3);
  }
}
