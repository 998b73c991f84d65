package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TakeoverWishesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp::1234 | tcp:127.0.0.1:1234",
        "tcp:localhost:1234,server=on,wait=off | tcp:127.0.0.1:1234",
        "tcp:[::1]:1234 | tcp:127.0.0.1:1234",
        "tcp:0.0.0.0:1234 | tcp:127.0.0.1:1234",
      })
  void gdbIsServedToThisMachineAlone(String asked, String served) {
    assertThat(TakeoverWishes.loopback(asked)).isEqualTo(served);
  }
}
