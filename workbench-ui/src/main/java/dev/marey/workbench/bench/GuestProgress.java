package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.machine.qmp.QmpException;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much of what a guest gets done alone it gets done while snapshots are taken: ours, one a
 * second, and QEMU's, one after the other. The guest is measured alone before, in the same QEMU.
 */
final class GuestProgress implements Measurement {

  private final Load load;
  private final boolean unlimited;

  /**
   * @param unlimited the load writes as fast as it can, and what it writes is its progress;
   *     otherwise it writes at its rate and computes in the time left, and of what it writes and
   *     what it computes the one that suffers more is
   */
  GuestProgress(Load load, boolean unlimited) {
    this.load = load;
    this.unlimited = unlimited;
  }

  @Override
  public String title() {
    return "the guest's progress, load " + load.name() + (unlimited ? " without a limit" : "");
  }

  private String command(Bench bench) {
    int mebibytes = bench.plan().loadMebibytes();
    return unlimited
        ? load.command(0, mebibytes, false)
        : load.command(load.pagesPerSecond(), mebibytes, true);
  }

  private String field(String name) {
    return load.field(name + (unlimited ? "_unlimited" : ""));
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    String how = unlimited ? ", writing without a limit" : "";
    Report report = bench.report();
    double ours = ours(bench);
    report.figure(
        field("guest_progress_1hz"),
        "guest progress, our node a second" + how,
        load.name(),
        "",
        ours);
    bench.done(title(), 1, 2);
    double stock = stock(bench);
    report.figure(
        field("guest_progress_background_snapshot"),
        "guest progress, background-snapshot back to back" + how,
        load.name(),
        "",
        stock);
    bench.done(title(), 2, 2);
  }

  private double ours(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    OwnGuest guest = OwnGuest.boot(bench, bench.plan().guestMebibytes());
    try (guest) {
      guest.shell().startLoad(command(bench));
      LoadProgress.Rate alone = alone(bench, guest.shell());
      OwnGuest.Shot unused = guest.snapshot();
      long start = System.nanoTime();
      double rate = guest.everySecond(bench.plan().progressSeconds(), (shot, number) -> {});
      LoadProgress.Rate with = progress(guest.shell(), start);
      bench.report().field(field("guest_progress_nodes_per_second"), rate);
      return share(with, alone);
    } finally {
      guest.discard();
    }
  }

  private double stock(Bench bench)
      throws MachineException, IOException, BenchException, BenchStoppedException {
    Path file = bench.fresh("stream");
    try (StockGuest guest = StockGuest.boot(bench, bench.plan().guestMebibytes())) {
      guest.shell().startLoad(command(bench));
      BackgroundSnapshot.prepare(guest);
      LoadProgress.Rate alone = alone(bench, guest.shell());
      LoadProgress.Rate with = backToBack(bench, guest, file);
      return share(with, alone);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private LoadProgress.Rate backToBack(Bench bench, StockGuest guest, Path file)
      throws QmpException, BenchException, BenchStoppedException {
    long start = System.nanoTime();
    long end = start + Duration.ofSeconds(bench.plan().progressSeconds()).toNanos();
    while (System.nanoTime() < end) {
      BackgroundSnapshot.write(guest, file);
    }
    return progress(guest.shell(), start);
  }

  private LoadProgress.Rate alone(Bench bench, GuestShell shell)
      throws BenchException, BenchStoppedException {
    long start = System.nanoTime();
    bench.stop().sleep(Duration.ofSeconds(bench.plan().progressSeconds()));
    return progress(shell, start);
  }

  private static LoadProgress.Rate progress(GuestShell shell, long startNanos)
      throws BenchException {
    return LoadProgress.rate(shell.console().lines(), startNanos, System.nanoTime());
  }

  /** Of pages and rounds the one that suffered more: a load behind its rate has time to compute. */
  private double share(LoadProgress.Rate with, LoadProgress.Rate alone) {
    double pages = with.pages() / alone.pages();
    return unlimited ? pages : Math.min(pages, with.rounds() / alone.rounds());
  }
}
