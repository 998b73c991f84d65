package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SamplesTest {

  @Test
  void medianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Samples.of(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    assertThat(Samples.of(List.of(9.0, 1.0, 5.0, 6.0)).median()).isEqualTo(5.5);
    assertThat(Samples.of(List.of(7.0)).median()).isEqualTo(7);
  }

  @Test
  void p99LeavesOneOfAHundredOutAndNoneOfFewer() {
    List<Double> hundreds = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList();
    assertThat(Samples.of(hundreds).p99()).isEqualTo(198);
    assertThat(Samples.of(hundreds.subList(0, 99)).p99()).isEqualTo(99);
    assertThat(Samples.of(List.of(7.0)).p99()).isEqualTo(7);
  }

  @Test
  void keepsTheOrderOfMeasuring() {
    assertThat(Samples.of(List.of(9.0, 1.0, 5.0)).measured()).containsExactly(9, 1, 5);
  }

  @Test
  void thereIsNoMedianOfNothing() {
    assertThatThrownBy(() -> Samples.of(List.of())).hasMessage("values is empty");
  }
}
