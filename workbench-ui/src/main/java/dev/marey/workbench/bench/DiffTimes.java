package dev.marey.workbench.bench;

import dev.marey.diff.NodeRam;
import dev.marey.diff.RamDiff;
import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long the list of changed pages of two nodes takes, about 10,000 of which differ. */
final class DiffTimes implements Measurement {

  private static final int PAGES = 10_000;

  private final Load load;

  DiffTimes(Load load) {
    this.load = load;
  }

  @Override
  public String title() {
    return "diff of two nodes, load " + load.name();
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
      // The first one takes all of RAM along, and the load goes on writing meanwhile.
      OwnGuest.Shot unused = guest.snapshot();
      OwnGuest.Shot shot = guest.snapshot();
      Node before = shot.node();
      Duration left =
          writing(bench.plan().loadMebibytes() * 256)
              .minus(Duration.between(shot.pause().resumed(), Instant.now()));
      if (!left.isNegative()) {
        bench.stop().sleep(left);
      }
      Node after = guest.snapshot().node();
      guest.shell().endLoad();
      guest.live().pause();
      measure(bench, guest.session().session(), before, after);
    } finally {
      guest.discard();
    }
  }

  /** Time in which the load writes to so many different pages. */
  private Duration writing(int pagesOfMemory) {
    double wanted = Math.min(PAGES, pagesOfMemory / 2.0);
    double writes = load == Load.A ? wanted : -pagesOfMemory * Math.log(1 - wanted / pagesOfMemory);
    return Duration.ofMillis(Math.round(writes * 1000 / load.pagesPerSecond()));
  }

  private void measure(Bench bench, Session session, Node before, Node after)
      throws SnapshotException, BenchStoppedException {
    List<Double> millis = new ArrayList<>();
    double pages = 0;
    int count = bench.plan().diffs();
    for (int i = 1; i <= count; i++) {
      bench.stop().check();
      long start = System.nanoTime();
      RamDiff diff =
          RamDiff.of(new NodeRam(session.content(before.id()), session.content(after.id())));
      millis.add(Millis.since(start));
      pages = diff.pagesChanged();
      bench.done(title(), i, count);
    }
    Samples samples = Samples.of(millis);
    bench
        .report()
        .median(
            load.field("diff_ms"),
            "diff of two nodes: list of changed pages",
            load.name(),
            "ms",
            samples);
    bench
        .report()
        .figure(load.field("diff_first_ms"), "the first time", load.name(), "ms", millis.get(0));
    bench.report().figure(load.field("diff_pages"), "pages that differ", load.name(), "", pages);
  }
}
