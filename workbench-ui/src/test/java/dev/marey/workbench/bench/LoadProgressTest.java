package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private static GuestConsole.Line line(long second, String text) {
    return new GuestConsole.Line(second * SECOND, text);
  }

  private final List<GuestConsole.Line> lines =
      List.of(
          line(1, "load: a, 16384 pages/s, 65536 pages of memory"),
          line(2, "load: 1000 ms, 16384 pages, 5 rounds, sweep 0"),
          line(4, "load: 2000 ms, 32768 pages, 11 rounds, sweep 0"),
          line(5, "demo# "),
          line(6, "load: 3000 ms, 49152 pages, 13 rounds, sweep 0"));

  @Test
  void readsWhatTheLoadPrints() {
    assertThat(LoadProgress.in(lines))
        .containsExactly(
            new LoadProgress(2 * SECOND, 1000, 16384, 5),
            new LoadProgress(4 * SECOND, 2000, 32768, 11),
            new LoadProgress(6 * SECOND, 3000, 49152, 13));
  }

  @Test
  void ratesArePerSecondOfTheHostWhateverTheGuestsClockSays() throws Exception {
    assertThat(LoadProgress.rate(lines, 0, 9 * SECOND)).isEqualTo(new LoadProgress.Rate(8192, 2));
    assertThat(LoadProgress.rate(lines, 3 * SECOND, 6 * SECOND))
        .isEqualTo(new LoadProgress.Rate(8192, 1));
  }

  @Test
  void oneLineIsTooFewForARate() {
    assertThatThrownBy(() -> LoadProgress.rate(lines, 5 * SECOND, 9 * SECOND))
        .hasMessage(
            "The guest's load told its progress 1 times in 4 s, and two are needed. The machine is"
                + " too busy to measure.");
  }
}
