package dev.marey.workbench.bench;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.guest.PreparedGuests;
import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the benchmark. Its folder is empty when it is over.
 *
 * <p>Threading: one thread.
 */
public final class Bench {

  private static final long LOOK_MILLIS = 50;

  private static final Logger LOG = LoggerFactory.getLogger(Bench.class);

  private final BenchPlan plan;
  private final Path scratch;
  private final PreparedGuests guests;
  private final StopRequest stop;
  private final Narration narration;
  private final Report report = new Report();
  private int folders;

  /**
   * @param scratch a folder of the benchmark's own, on the disk that is to be measured
   */
  public Bench(BenchPlan plan, Path scratch, StopRequest stop, Narration narration)
      throws MachineException {
    this.plan = plan;
    this.scratch = scratch;
    this.guests = PreparedGuests.find();
    this.stop = stop;
    this.narration = narration;
  }

  /**
   * Measures. What can't be measured is told among the report's failures; the rest goes on.
   *
   * @param chosen which measurements
   */
  public Report run(Set<Part> chosen) throws MachineException, IOException, BenchStoppedException {
    List<Measurement> measurements = new ArrayList<>();
    chosen.stream().sorted().forEach(part -> measurements.addAll(part.measurements(plan)));
    report.facts(MachineFacts.read(guests.demoCommandLine(plan.guestMebibytes()).get(0), scratch));
    int number = 0;
    for (Measurement measurement : measurements) {
      stop.check();
      narration.begins(measurement.title(), ++number, measurements.size());
      measure(measurement);
    }
    Ratios.add(report);
    return report;
  }

  void measure(Measurement measurement) throws BenchStoppedException {
    try {
      measurement.run(this);
    } catch (SnapshotException | MachineException | IOException | BenchException e) {
      LOG.warn("measuring {} failed", measurement.title(), e);
      // An interruption may be what made it fail.
      stop.check();
      report.failure(measurement.title() + " could not be measured: " + e.getMessage());
      narration.failed(String.valueOf(e.getMessage()));
    }
  }

  BenchPlan plan() {
    return plan;
  }

  StopRequest stop() {
    return stop;
  }

  Report report() {
    return report;
  }

  void done(String what, int steps, int total) {
    narration.done(what, steps, total);
  }

  /** The QEMU line of the demo guest, as a person would write it. */
  List<String> guestLine(int mebibytes) {
    return guests.demoCommandLine(mebibytes);
  }

  GuestDefinition guest(int mebibytes) throws MachineException {
    return CommandLine.of(guestLine(mebibytes), scratch).accept();
  }

  /** A place that does not exist yet. */
  Path fresh(String name) {
    return scratch.resolve(name + "-" + ++folders);
  }

  /** Waits for what the engine does. */
  <T> T await(CompletableFuture<T> answer)
      throws SnapshotException, BenchException, BenchStoppedException {
    while (true) {
      try {
        return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        stop.check();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchStoppedException();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof SnapshotException known) {
          throw known;
        }
        throw new BenchException("The engine failed while it was measured: " + e.getCause(), e);
      }
    }
  }

  /** Removes a folder with everything in it. */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
