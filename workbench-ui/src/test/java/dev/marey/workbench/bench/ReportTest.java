package dev.marey.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private final Report report = new Report();

  private void pauses(Load load, Double... millis) {
    report.percentiles(
        "pause", load.field(""), "our pause", load.name(), "ms", Samples.of(List.of(millis)));
  }

  @Test
  void loadBHasItsFiguresUnderNamesOfItsOwn() {
    pauses(Load.A, 3.0, 2.0, 9.0);
    pauses(Load.B, 30.0);

    JsonNode json = report.json();
    assertThat(json.get("pause_p50_ms").asDouble()).isEqualTo(3);
    assertThat(json.get("pause_p99_ms").asDouble()).isEqualTo(9);
    assertThat(json.get("pause_p50_ms_load_b").asDouble()).isEqualTo(30);
    assertThat(json.get("samples").get("pause_ms")).hasToString("[3.0,2.0,9.0]");
    assertThat(json.get("samples").get("pause_ms_load_b")).hasToString("[30.0]");
  }

  @Test
  void ratiosAreMadeOfWhatWasMeasuredAndOfNothingElse() {
    pauses(Load.A, 3.0);
    report.field("loadvm_ms_load_b", 300);
    report.field("revert_to_resume_ms_load_b", 20);
    report.field("background_snapshot_first_pause_ms", 2);
    report.field("background_snapshot_pause_p50_ms", 12);
    Ratios.add(report);

    assertThat(report.figure("pause_over_background_snapshot")).hasValue(1.5);
    assertThat(report.figure("pause_over_repeated_background_snapshot")).hasValue(0.25);
    assertThat(report.figure("loadvm_over_revert_load_b")).hasValue(15);
    assertThat(report.figure("loadvm_over_revert")).isEmpty();
  }

  @Test
  void saysWhichMustsAreMet() {
    report.field("pause_p50_ms", 5);
    report.field("pause_p99_ms", 12.01);
    report.field("guest_progress_1hz", 0.9);
    report.field("guest_progress_background_snapshot", 0.95);
    report.field("pause_p50_ms_load_b", 9);
    report.field("arming_floor_ms_load_b", 3);
    Ratios.add(report);

    assertThat(ReportText.musts(report))
        .containsExactly(
            List.of("pause_p50_ms", "5", "≤ 5", "yes"),
            List.of("pause_p99_ms", "12.01", "≤ 12", "no"),
            List.of("guest_progress_1hz", "0.90", "≥ 0.85", "yes"),
            List.of(
                "guest_progress_1hz", "0.90", "> guest_progress_background_snapshot, 0.95", "no"),
            List.of("pause_p50_ms_load_b", "9", "≤ pause_limit_ms_load_b, 9", "yes"));
  }

  @Test
  void markdownHasTheMachineTheTableAndTheMusts() {
    report.facts(new MachineFacts("A CPU", 2, 8192, "6.1", "7.2.22", "JDK 17", "2026-01-02"));
    pauses(Load.A, 3.0, 2.0, 9.0);
    report.figure("bytes_per_node", "our bytes per node", "A", "B", 3 << 20);
    report.remark("It rained.");

    assertThat(ReportText.markdown(report))
        .isEqualTo(
            """
            # Benchmark

            A CPU, 2 cores, 8192 MiB RAM; Linux 6.1; QEMU 7.2.22; JDK 17; 2026-01-02

            It rained.

            | what | load | n | median | p99 |
            |---|---|--:|--:|--:|
            | our pause | A | 3 | 3.00 ms | 9.00 ms |
            | our bytes per node | A | 1 | 3.00 MiB |  |

            | figure | measured | must | met |
            |---|--:|---|---|
            | pause_p50_ms | 3 | ≤ 5 | yes |
            | pause_p99_ms | 9 | ≤ 12 | yes |
            """);
  }

  @Test
  void theProcessorIsTheOneTheKernelNames() {
    assertThat(MachineFacts.model("processor\t: 0\nmodel name\t: Acme 9 @ 3 GHz\nflags\t: x\n"))
        .isEqualTo("Acme 9 @ 3 GHz");
  }
}
