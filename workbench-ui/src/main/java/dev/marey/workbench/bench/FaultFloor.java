package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One write fault: the same writer served by a loop in C and by our fault loop with windows of one
 * page, in turn. And what the kernel takes to arm what a second of load dirties.
 */
final class FaultFloor implements Measurement {

  private static final Pattern FIGURE = Pattern.compile("(\\w+) (\\d+) ns");

  @Override
  public String title() {
    return "write faults against the kernel's floor";
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    Map<String, List<Double>> floor = new HashMap<>();
    Map<String, List<Double>> ours = new HashMap<>();
    int mebibytes = bench.plan().floorMebibytes();
    OwnFaults.Times warm = new OwnFaults(bench).measure(mebibytes);
    add(ours, Map.of("warm", warm.random()));
    for (int i = 1; i <= bench.plan().floorRounds(); i++) {
      bench.stop().check();
      add(floor, floor(mebibytes));
      OwnFaults.Times times = new OwnFaults(bench).measure(mebibytes);
      add(ours, Map.of("random", times.random(), "sequential", times.sequential()));
      bench.done(title(), i, bench.plan().floorRounds());
    }
    report(bench.report(), floor, ours);
  }

  private static void add(Map<String, List<Double>> all, Map<String, Double> one) {
    one.forEach((name, value) -> all.computeIfAbsent(name, key -> new ArrayList<>()).add(value));
  }

  /** Runs the C program; microseconds by name. */
  private static Map<String, Double> floor(int mebibytes) throws IOException, BenchException {
    Process process =
        new ProcessBuilder(CarriedProgram.limits().toString(), "floor", Integer.toString(mebibytes))
            .redirectErrorStream(true)
            .start();
    StringBuilder said = new StringBuilder();
    Map<String, Double> figures = new HashMap<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
        figures.putAll(parse(line));
      }
    } finally {
      process.destroy();
    }
    if (figures.size() != 4) {
      throw new BenchException("The kernel's floor could not be measured: " + said);
    }
    return figures;
  }

  /** A line of the C program in microseconds; nothing for another line. */
  static Map<String, Double> parse(String line) {
    Matcher matcher = FIGURE.matcher(line);
    return matcher.matches()
        ? Map.of(matcher.group(1), Long.parseLong(matcher.group(2)) / 1e3)
        : Map.of();
  }

  private static void report(
      Report report, Map<String, List<Double>> floor, Map<String, List<Double>> ours) {
    for (String order : List.of("random", "sequential")) {
      Samples own = Samples.of(ours.getOrDefault(order, List.of()));
      Samples least = Samples.of(floor.getOrDefault("fault_" + order, List.of()));
      report.median("fault_us_" + order, "write fault, ours, " + order, "", "µs", own);
      report.median("fault_floor_us_" + order, "write fault, loop in C, " + order, "", "µs", least);
      report.figure(
          order.equals("random") ? "fault_over_floor" : "fault_over_floor_sequential",
          "ours / the loop in C, " + order,
          "",
          "",
          own.median() / least.median());
    }
    arming(report, floor, "arm_sequential", Load.A);
    arming(report, floor, "arm_random", Load.B);
  }

  private static void arming(
      Report report, Map<String, List<Double>> floor, String name, Load load) {
    List<Double> millis =
        floor.getOrDefault(name, List.of()).stream().map(micros -> micros / 1e3).toList();
    report.median(
        load.field("arming_floor_ms"),
        "arming a second's pages, loop in C",
        load.name(),
        "ms",
        Samples.of(millis));
  }
}
