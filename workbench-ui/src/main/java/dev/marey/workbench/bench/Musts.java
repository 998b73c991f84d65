package dev.marey.workbench.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What the figures should be on a machine with two cores, held against what they are. */
final class Musts {

  private static final List<Must> ALL =
      List.of(
          new Must("pause_p50_ms", true, 5),
          new Must("pause_over_background_snapshot", true, 4),
          new Must("pause_p99_ms", true, 12),
          new Must("pause_growth_8g_over_1g", true, 1.5),
          new Must("bytes_over_background_snapshot_zstd", true, 0.5),
          new Must("guest_progress_1hz", false, 0.85),
          new Must("revert_to_resume_ms", true, 30),
          new Must("loadvm_over_revert", false, 5),
          new Must("reopen_to_running_ms", true, 500),
          new Must("fault_over_floor", true, 2),
          new Must("diff_ms", true, 20));

  private Musts() {}

  private record Must(String field, boolean atMost, double limit) {

    Verdict verdict(double measured) {
      return new Verdict(
          field,
          measured,
          (atMost ? "≤ " : "≥ ") + number(limit),
          atMost ? measured <= limit : measured >= limit);
    }
  }

  /** Whether one of them is met. */
  record Verdict(String field, double measured, String must, boolean met) {

    List<String> cells() {
      return List.of(field, number(measured), must, met ? "yes" : "no");
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value);
  }

  /** Those for which there are figures. */
  static List<Verdict> verdicts(Report report) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Must must : ALL) {
      OptionalDouble measured = report.figure(must.field());
      if (measured.isPresent()) {
        verdicts.add(must.verdict(measured.getAsDouble()));
      }
    }
    OptionalDouble ours = report.figure("guest_progress_1hz");
    OptionalDouble theirs = report.figure("guest_progress_background_snapshot");
    if (ours.isPresent() && theirs.isPresent()) {
      verdicts.add(
          new Verdict(
              "guest_progress_1hz",
              ours.getAsDouble(),
              "> guest_progress_background_snapshot, " + number(theirs.getAsDouble()),
              ours.getAsDouble() > theirs.getAsDouble()));
    }
    OptionalDouble pause = report.figure("pause_p50_ms_load_b");
    OptionalDouble limit = report.figure("pause_limit_ms_load_b");
    if (pause.isPresent() && limit.isPresent()) {
      verdicts.add(
          new Verdict(
              "pause_p50_ms_load_b",
              pause.getAsDouble(),
              "≤ pause_limit_ms_load_b, " + number(limit.getAsDouble()),
              pause.getAsDouble() <= limit.getAsDouble()));
    }
    return verdicts;
  }
}
