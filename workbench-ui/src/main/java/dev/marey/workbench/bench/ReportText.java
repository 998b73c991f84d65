package dev.marey.workbench.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report's table for people. */
public final class ReportText {

  private static final List<String> TITLES = List.of("what", "load", "n", "median", "p99");

  private static final List<String> MUST_TITLES = List.of("figure", "measured", "must", "met");

  private ReportText() {}

  /** Columns of the table: what, load, number of samples, median and 99th percentile. */
  public static List<List<String>> rows(Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (Report.Row row : report.rows()) {
      rows.add(
          List.of(
              row.what(),
              row.load(),
              Integer.toString(row.count()),
              value(row.median(), row.unit()),
              row.p99().isPresent() ? value(row.p99().getAsDouble(), row.unit()) : ""));
    }
    return rows;
  }

  /** The titles of these columns. */
  public static List<String> titles() {
    return TITLES;
  }

  /** What should be reached: name, measured, limit, and yes or no. */
  public static List<List<String>> musts(Report report) {
    return Musts.verdicts(report).stream().map(Musts.Verdict::cells).toList();
  }

  /** The titles of these columns. */
  public static List<String> mustTitles() {
    return MUST_TITLES;
  }

  /** What was measured on, and what to know, a line each. */
  public static List<String> notes(Report report) {
    List<String> notes = new ArrayList<>();
    notes.add(report.facts().line());
    notes.addAll(report.remarks());
    notes.addAll(report.failures());
    return notes;
  }

  /** The same as a page of Markdown. */
  public static String markdown(Report report) {
    StringBuilder page = new StringBuilder("# Benchmark\n\n");
    for (String note : notes(report)) {
      page.append(note).append("\n\n");
    }
    table(page, TITLES, "|---|---|--:|--:|--:|", rows(report));
    if (!musts(report).isEmpty()) {
      page.append('\n');
      table(page, MUST_TITLES, "|---|--:|---|---|", musts(report));
    }
    return page.toString();
  }

  private static void table(
      StringBuilder page, List<String> titles, String rule, List<List<String>> rows) {
    page.append("| ").append(String.join(" | ", titles)).append(" |\n").append(rule).append('\n');
    for (List<String> row : rows) {
      page.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
  }

  private static String value(double value, String unit) {
    if (unit.equals("B")) {
      return String.format(Locale.ROOT, "%.2f MiB", value / (1 << 20));
    }
    String number =
        value == Math.rint(value) && Math.abs(value) >= 100
            ? String.format(Locale.ROOT, "%,.0f", value)
            : String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
    return unit.isEmpty() ? number : number + " " + unit;
  }
}
