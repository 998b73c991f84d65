package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RamSizeTest {

  @ParameterizedTest
  @CsvSource({
    "512, 536870912",
    "64M, 67108864",
    "1g, 1073741824",
    "1.5G, 1610612736",
    "0x200, 536870912",
    "1048576B, 1048576",
    "1000k, 1024000",
    "1K, 8192"
  })
  void sizesAreReadAsQemuReadsThem(String text, long bytes) {
    assertThat(RamSize.parse(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "many", "5X", "M", "9000G"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(RamSize.parse(text)).isEmpty();
  }
}
