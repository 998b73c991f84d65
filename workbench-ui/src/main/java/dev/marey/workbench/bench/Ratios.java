package dev.marey.workbench.bench;

import java.util.OptionalDouble;

/** Figures that two measurements make together; each needs both of them. */
final class Ratios {

  private Ratios() {}

  static void add(Report report) {
    for (Load load : Load.values()) {
      ratio(
          report,
          load.field("pause_over_background_snapshot"),
          "our pause / the first background-snapshot's",
          load.name(),
          load.field("pause_p50_ms"),
          load.field("background_snapshot_first_pause_ms"));
      ratio(
          report,
          load.field("pause_over_repeated_background_snapshot"),
          "our pause / a later background-snapshot's",
          load.name(),
          load.field("pause_p50_ms"),
          load.field("background_snapshot_pause_p50_ms"));
      ratio(
          report,
          load.field("bytes_over_background_snapshot_zstd"),
          "our bytes / background-snapshot's under zstd -1",
          load.name(),
          load.field("bytes_per_node"),
          load.field("background_snapshot_zstd_bytes"));
      ratio(
          report,
          load.field("loadvm_over_revert"),
          "loadvm / our revert",
          load.name(),
          load.field("loadvm_ms"),
          load.field("revert_to_resume_ms"));
    }
    OptionalDouble arming = report.figure("arming_floor_ms_load_b");
    if (arming.isPresent()) {
      report.figure(
          "pause_limit_ms_load_b",
          "2 × arming floor + 3 ms",
          Load.B.name(),
          "ms",
          2 * arming.getAsDouble() + 3);
    }
  }

  private static void ratio(
      Report report, String field, String what, String load, String dividend, String divisor) {
    OptionalDouble above = report.figure(dividend);
    OptionalDouble below = report.figure(divisor);
    if (above.isPresent() && below.isPresent() && below.getAsDouble() > 0) {
      report.figure(field, what, load, "", above.getAsDouble() / below.getAsDouble());
    }
  }
}
