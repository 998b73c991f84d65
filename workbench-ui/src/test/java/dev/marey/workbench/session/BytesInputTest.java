package dev.marey.workbench.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BytesInputTest {

  @ParameterizedTest
  @CsvSource({
    "500M,500000000",
    "5G,5000000000",
    "5 gb,5000000000",
    "1.5T,1500000000000",
    "4GiB,4294967296",
    "4gi,4294967296",
    "7k,7000",
    "123,123",
    "123 B,123"
  })
  void sizesArePutIntoBytes(String text, long bytes) {
    assertThat(BytesInput.parse(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0.1", "-1G", "1,5G", "G", "5X", "5iB", "9999999999G"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(BytesInput.parse(text)).isEmpty();
  }

  @Test
  void sizesAreWrittenWithoutNeedlessZeroes() {
    assertThat(SizeText.bytes(5_000_000_000L)).isEqualTo("5 GB");
    assertThat(SizeText.bytes(5_400_000_000L)).isEqualTo("5.4 GB");
  }
}
