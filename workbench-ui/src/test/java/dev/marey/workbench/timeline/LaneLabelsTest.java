package dev.marey.workbench.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Characters are ten pixels wide here. */
final class LaneLabelsTest {

  private static final double NO_END = Double.POSITIVE_INFINITY;

  private final LaneLabels labels = new LaneLabels(10);

  private static LaneLabels.Wish mark(double x, String... names) {
    return new LaneLabels.Wish(x, List.of(names), false);
  }

  private static LaneLabels.Wish selected(double x, String... names) {
    return new LaneLabels.Wish(x, List.of(names), true);
  }

  @Test
  void whereThereIsRoomAllAreCalledByTheirTitles() {
    assertThat(labels.of(List.of(mark(50, "boot", "S1"), mark(120, "shell", "S2")), NO_END))
        .containsExactly("boot", "shell");
  }

  @Test
  void aTitleTakesNoOtherMarksNumberAway() {
    assertThat(labels.of(List.of(mark(50, "before the crash", "S1"), mark(100, "S2")), NO_END))
        .containsExactly("S1", "S2");
  }

  @Test
  void whereNumbersCollideEveryOtherOneStays() {
    assertThat(
            labels.of(List.of(mark(50, "S1"), mark(65, "S2"), mark(80, "S3"), mark(95, "S4")), 999))
        .containsExactly("S1", "", "S3", "");
  }

  @Test
  void theSelectedMarkHasItsNumberBeforeThoseBesideIt() {
    assertThat(labels.of(List.of(mark(50, "S1"), selected(65, "S2"), mark(80, "S3")), NO_END))
        .containsExactly("", "S2", "");
  }

  @Test
  void aTitleEndsBeforeThePresentsSignAndANumberPassesBelowIt() {
    assertThat(labels.of(List.of(mark(50, "before the crash", "S1")), 55)).containsExactly("S1");
    assertThat(labels.of(List.of(mark(50, "foo", "S1")), 70)).containsExactly("foo");
  }
}
