package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Revert;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Our revert to a node that the guest has run on from for a second. */
final class Reverts implements Measurement {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Load load;

  Reverts(Load load) {
    this.load = load;
  }

  @Override
  public String title() {
    return "our reverts, load " + load.name();
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
      Node target = guest.snapshot().node();
      Series running = new Series();
      Series standing = new Series();
      int count = bench.plan().reverts();
      for (int i = 1; i <= count; i++) {
        bench.stop().sleep(SECOND);
        running.add(revert(bench, guest, target));
        bench.stop().sleep(SECOND);
        standing.add(revertKept(bench, guest, target));
        bench.done(title(), i, count);
      }
      report(bench.report(), running, standing);
    } finally {
      guest.discard();
    }
  }

  /** A revert that was timed. */
  record Timed(double millis, Revert revert) {}

  /** Timed reverts of one kind. */
  static final class Series {
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> pages = new ArrayList<>();

    void add(Timed timed) {
      millis.add(timed.millis());
      pages.add((double) timed.revert().pagesDiffering());
    }

    Samples millis() {
      return Samples.of(millis);
    }

    Samples pages() {
      return Samples.of(pages);
    }
  }

  /** The guest runs when it is asked for, so the present becomes a node first. */
  static Timed revert(Bench bench, OwnGuest guest, Node target)
      throws SnapshotException, BenchException, BenchStoppedException {
    guest.pauses().forget();
    Instant request = Instant.now();
    Revert revert = bench.await(guest.live().revert(target.id(), RunAfter.RUN));
    double millis = guest.millisUntilResumed(request);
    if (revert.kept().isEmpty()) {
      throw new BenchException("A revert of a running guest did not keep the present.");
    }
    return new Timed(millis, revert);
  }

  /** The present is a node when it is asked for, and the guest stands still there. */
  static Timed revertKept(Bench bench, OwnGuest guest, Node target)
      throws SnapshotException, BenchException, BenchStoppedException {
    Optional<?> kept = bench.await(guest.live().keepPresent());
    if (kept.isEmpty()) {
      throw new BenchException("The present of a running guest was no node of its own.");
    }
    guest.pauses().forget();
    Instant request = Instant.now();
    Revert revert = bench.await(guest.live().revert(target.id(), RunAfter.RUN));
    return new Timed(guest.millisUntilResumed(request), revert);
  }

  private void report(Report report, Series running, Series standing) {
    report.median(
        load.field("revert_to_resume_ms"),
        "our revert, request to running, keeping the present",
        load.name(),
        "ms",
        running.millis());
    report.median(
        load.field("revert_kept_to_resume_ms"),
        "our revert, the same from a present that is kept already",
        load.name(),
        "ms",
        standing.millis());
    report.median(
        load.field("revert_pages"), "pages that differed", load.name(), "", running.pages());
  }
}
