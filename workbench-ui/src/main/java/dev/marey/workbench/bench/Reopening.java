package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opening a session again by a new process. */
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
      int count = bench.plan().reopenings();
      Times times = Times.measure(bench, folder, node, count, title());
      bench
          .report()
          .median(
              "reopen_to_running_ms",
              "reopening a session, process start to running",
              Load.A.name(),
              "ms",
              Samples.of(times.process()));
      bench
          .report()
          .median(
              "reopen_engine_ms",
              "of that, after the start of Java",
              Load.A.name(),
              "ms",
              Samples.of(times.engine()));
    } finally {
      Bench.remove(folder);
    }
  }

  /**
   * How long reopenings of one session took, in milliseconds.
   *
   * @param process from the start of the process
   * @param engine from the program's first statement
   */
  record Times(List<Double> process, List<Double> engine) {

    static Times measure(Bench bench, Path folder, Node node, int count, String title)
        throws IOException, BenchException, BenchStoppedException {
      Times times = new Times(new ArrayList<>(), new ArrayList<>());
      for (int i = 1; i <= count; i++) {
        ReopenProcess.Running running = ReopenProcess.run(folder, node.id(), bench.stop());
        times.process.add(running.sinceProcessStart());
        times.engine.add(running.sinceMain());
        bench.done(title, i, count);
      }
      return times;
    }
  }
}
