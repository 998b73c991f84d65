package dev.marey.workbench.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * All that a run has found.
 *
 * <p>Threading: one thread.
 */
public final class Report {

  /**
   * A line of the table.
   *
   * @param load which load, or nothing
   * @param unit of the values, or nothing
   * @param p99 absent for single values
   */
  record Row(String what, String load, String unit, int count, double median, OptionalDouble p99) {}

  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final Map<String, Samples> samples = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private MachineFacts facts = MachineFacts.UNKNOWN;

  void facts(MachineFacts known) {
    facts = known;
  }

  MachineFacts facts() {
    return facts;
  }

  /** A single value. */
  void figure(String field, String what, String load, String unit, double value) {
    figures.put(field, value);
    rows.add(new Row(what, load, unit, 1, value, OptionalDouble.empty()));
  }

  /** A value that is in no line of the table. */
  void field(String field, double value) {
    figures.put(field, value);
  }

  /**
   * Many values, whose median is the figure; all of them are in the JSON.
   *
   * @param field such as {@code revert_to_resume_ms}
   */
  void median(String field, String what, String load, String unit, Samples values) {
    figures.put(field, values.median());
    add(field, what, load, unit, values);
  }

  /**
   * The same with the 99th percentile as a figure too.
   *
   * @param field such as {@code pause}; gives {@code pause_p50_ms} and {@code pause_p99_ms}
   * @param suffix of the load
   */
  void percentiles(
      String field, String suffix, String what, String load, String unit, Samples values) {
    figures.put(field + "_p50_" + unit + suffix, values.median());
    figures.put(field + "_p99_" + unit + suffix, values.p99());
    add(field + "_" + unit + suffix, what, load, unit, values);
  }

  private void add(String field, String what, String load, String unit, Samples values) {
    samples.put(field, values);
    rows.add(
        new Row(
            what,
            load,
            unit,
            values.count(),
            values.median(),
            values.count() > 1 ? OptionalDouble.of(values.p99()) : OptionalDouble.empty()));
  }

  /** Values that are in the JSON alone. */
  void samples(String field, Samples values) {
    samples.put(field, values);
  }

  /** Something a reader of the table should know. */
  void remark(String text) {
    remarks.add(text);
  }

  void failure(String text) {
    failures.add(text);
  }

  /** What could not be measured, with the reason, one sentence each. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  OptionalDouble figure(String field) {
    Double value = figures.get(field);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** One object: the figures by name, the machine, and all samples in the order of measuring. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    figures.forEach((name, value) -> json.put(name, rounded(value)));
    json.set("machine", facts.json());
    ObjectNode all = json.putObject("samples");
    samples.forEach(
        (name, values) -> {
          ArrayNode array = all.putArray(name);
          for (double value : values.measured()) {
            array.add(rounded(value));
          }
        });
    ArrayNode told = json.putArray("remarks");
    remarks.forEach(told::add);
    ArrayNode failed = json.putArray("failures");
    failures.forEach(failed::add);
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
