package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class FaultFloorTest {

  @Test
  void readsTheLinesOfTheProgramInMicroseconds() {
    assertThat(FaultFloor.parse("fault_random 8123 ns")).isEqualTo(Map.of("fault_random", 8.123));
    assertThat(FaultFloor.parse("UFFDIO_API: Operation not permitted")).isEmpty();
  }
}
