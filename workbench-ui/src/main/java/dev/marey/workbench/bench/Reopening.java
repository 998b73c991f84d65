package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opening a session again: by a new process, and by this one. */
final class Reopening implements Measurement {

  @Override
  public String title() {
    return "reopening a session";
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    OwnGuest guest = OwnGuest.boot(bench, bench.plan().guestMebibytes());
    Path folder = guest.session().session().path();
    try {
      Node node;
      try (guest) {
        guest.shell().startLoad(Load.A.command(bench.plan().loadMebibytes()));
        node = guest.snapshot().node();
      }
      measure(bench, folder, node);
    } finally {
      Bench.remove(folder);
    }
  }

  private void measure(Bench bench, Path folder, Node node)
      throws SnapshotException, IOException, BenchException, BenchStoppedException {
    int count = bench.plan().reopenings();
    List<Double> process = new ArrayList<>();
    List<Double> afterStart = new ArrayList<>();
    List<Double> here = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      ReopenProcess.Running running = ReopenProcess.run(folder, node.id(), bench.stop());
      process.add(running.sinceProcessStart());
      afterStart.add(running.sinceMain());
      here.add(reopen(folder, node.id()));
      bench.done(title(), i, count);
    }
    String load = Load.A.name();
    Report report = bench.report();
    report.median(
        "reopen_to_running_ms",
        "reopening a session, process start to running",
        load,
        "ms",
        Samples.of(process));
    report.median(
        "reopen_after_main_ms", "of that, from main() on", load, "ms", Samples.of(afterStart));
    report.median(
        "reopen_here_to_running_ms",
        "reopening a session, a Marey that runs already",
        load,
        "ms",
        Samples.of(here));
  }

  /** Opens a session and lets its guest run from a node; the session stays as it was. */
  static double reopen(Path folder, NodeId node) throws SnapshotException {
    long start = System.nanoTime();
    try (Session session = Session.open(folder)) {
      LiveGuest live = LiveGuest.visit(session, node, RunAfter.RUN, bytes -> {});
      double millis = Millis.since(start);
      live.abandon();
      return millis;
    }
  }
}
