package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DurationTextTest {

  private final DurationText text = new DurationText();

  @Test
  void timesAreReadInEveryUnitAndWithoutOne() {
    assertThat(text.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(text.convert("1s")).isEqualTo(Duration.ofSeconds(1));
    assertThat(text.convert("1.5s")).isEqualTo(Duration.ofMillis(1500));
    assertThat(text.convert("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(text.convert("1h")).isEqualTo(Duration.ofHours(1));
    assertThat(text.convert("3")).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatIsNoTimeIsNamed() {
    assertThatThrownBy(() -> text.convert("5x"))
        .hasMessage("'5x' is no time; write it like 500ms, 1s or 2m");
    assertThatThrownBy(() -> text.convert("-1s"))
        .hasMessage("'-1s' is no time; write it like 500ms, 1s or 2m");
    assertThatThrownBy(() -> text.convert("0s"))
        .hasMessage("'0s' is no time at all; the least is 1ms");
  }

  @Test
  void timesAreWrittenWithAboutThreeDigits() {
    assertThat(DurationText.of(Duration.ofNanos(850_000))).isEqualTo("850 µs");
    assertThat(DurationText.of(Duration.ofNanos(12_340_000))).isEqualTo("12.3 ms");
    assertThat(DurationText.of(Duration.ofMillis(432))).isEqualTo("432 ms");
    assertThat(DurationText.of(Duration.ofMillis(2503))).isEqualTo("2.50 s");
    assertThat(DurationText.of(Duration.ofSeconds(65))).isEqualTo("1 min 05 s");
    assertThat(DurationText.millis(Duration.ofNanos(1_234_567))).isEqualTo(1.235);
  }
}
