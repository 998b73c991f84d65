package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Our first pause and our repeated ones, one a second, and what each node takes on disk. */
final class OwnSnapshots implements Measurement {

  private final Load load;

  OwnSnapshots(Load load) {
    this.load = load;
  }

  @Override
  public String title() {
    return "our snapshots, load " + load.name();
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    OwnGuest guest = OwnGuest.boot(bench, bench.plan().guestMebibytes());
    try (guest) {
      guest.shell().startLoad(load.command(bench.plan().loadMebibytes()));
      measure(bench, guest);
    } finally {
      guest.discard();
    }
  }

  private void measure(Bench bench, OwnGuest guest)
      throws SnapshotException, BenchException, BenchStoppedException {
    Report report = bench.report();
    OwnGuest.Shot first = guest.snapshot();
    report.figure(
        load.field("first_pause_ms"), "our first pause", load.name(), "ms", first.pause().millis());
    int count = bench.plan().snapshots();
    List<Double> pauses = new ArrayList<>();
    List<Double> ofNodes = new ArrayList<>();
    List<Double> deviceState = new ArrayList<>();
    List<Double> arm = new ArrayList<>();
    List<Double> saved = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    List<Double> dirty = new ArrayList<>();
    int[] otherStops = new int[1];
    long sizeBefore = guest.session().session().sizeBytes();
    double rate =
        guest.everySecond(
            count,
            (shot, number) -> {
              pauses.add(shot.pause().millis());
              ofNodes.add(Millis.of(shot.node().figures().pause()));
              deviceState.add(Millis.of(shot.node().figures().deviceState()));
              arm.add(Millis.of(shot.node().figures().arm()));
              saved.add(Millis.of(shot.answered()));
              bytes.add((double) shot.node().figures().bytesStored());
              dirty.add((double) shot.node().figures().pagesDirty());
              otherStops[0] += shot.stops() - 1;
              bench.done(title(), number, count);
            });
    String suffix = load.field("");
    report.percentiles("pause", suffix, "our pause", load.name(), "ms", Samples.of(pauses));
    report.samples(load.field("pause_of_node_ms"), Samples.of(ofNodes));
    report.median(
        load.field("device_state_ms"),
        "of that, device state",
        load.name(),
        "ms",
        Samples.of(deviceState));
    report.median(load.field("arm_ms"), "of that, arming", load.name(), "ms", Samples.of(arm));
    report.percentiles(
        "answer", suffix, "our node, request to durable", load.name(), "ms", Samples.of(saved));
    report.median(
        load.field("bytes_per_node"), "our bytes per node", load.name(), "B", Samples.of(bytes));
    report.median(
        load.field("pages_dirty_per_node"), "pages dirty", load.name(), "", Samples.of(dirty));
    report.figure(
        load.field("session_bytes_per_node"),
        "growth of the session's files per node",
        load.name(),
        "B",
        (double) (guest.session().session().sizeBytes() - sizeBefore) / count);
    report.field(load.field("snapshots_per_second"), rate);
    if (otherStops[0] > 0) {
      report.remark(
          "Load "
              + load.name()
              + ": the guest was also held "
              + otherStops[0]
              + " times because its pages came faster than they were saved.");
    }
    report.remark(
        "Load %s: our snapshots were taken at %.2f per second.".formatted(load.name(), rate));
  }
}
