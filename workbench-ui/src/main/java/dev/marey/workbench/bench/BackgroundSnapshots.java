package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.machine.qmp.QmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * QEMU's own {@code background-snapshot} of the same guest, one after the other. A QEMU's first one
 * is told apart: it splits the huge pages of its RAM, and the later ones take longer.
 */
final class BackgroundSnapshots implements Measurement {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Load load;

  BackgroundSnapshots(Load load) {
    this.load = load;
  }

  @Override
  public String title() {
    return "QEMU's background-snapshot, load " + load.name();
  }

  @Override
  public void run(Bench bench)
      throws MachineException, IOException, BenchException, BenchStoppedException {
    Path file = bench.fresh("stream");
    List<Double> firsts = new ArrayList<>();
    try {
      for (int i = 1; i < bench.plan().firstBackgrounds(); i++) {
        try (StockGuest guest = loaded(bench)) {
          firsts.add(one(bench, guest, file).pause());
        }
        bench.done(title() + ", first ones", i, bench.plan().firstBackgrounds());
      }
      try (StockGuest guest = loaded(bench)) {
        firsts.add(one(bench, guest, file).pause());
        measure(bench, guest, file);
      }
    } finally {
      Files.deleteIfExists(file);
    }
    bench
        .report()
        .median(
            load.field("background_snapshot_first_pause_ms"),
            "background-snapshot, pause of a QEMU's first",
            load.name(),
            "ms",
            Samples.of(firsts));
  }

  private StockGuest loaded(Bench bench)
      throws IOException, QmpException, BenchException, BenchStoppedException {
    StockGuest guest = StockGuest.boot(bench, bench.plan().guestMebibytes());
    boolean ready = false;
    try {
      guest.shell().startLoad(load.command(bench.plan().loadMebibytes()));
      BackgroundSnapshot.prepare(guest);
      ready = true;
      return guest;
    } finally {
      if (!ready) {
        guest.close();
      }
    }
  }

  /** Milliseconds of one snapshot. */
  private record Timed(double pause, double total) {}

  private static Timed one(Bench bench, StockGuest guest, Path file)
      throws QmpException, BenchException, BenchStoppedException {
    guest.pauses().forget();
    long start = System.nanoTime();
    BackgroundSnapshot.write(guest, file);
    double total = Millis.since(start);
    return new Timed(guest.pauses().await(PATIENCE, bench.stop()).millis(), total);
  }

  private void measure(Bench bench, StockGuest guest, Path file)
      throws QmpException, IOException, BenchException, BenchStoppedException {
    int count = bench.plan().snapshots();
    List<Double> pauses = new ArrayList<>();
    List<Double> totals = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    List<Double> compressed = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Timed timed = one(bench, guest, file);
      pauses.add(timed.pause());
      totals.add(timed.total());
      bytes.add((double) Files.size(file));
      if (i <= bench.plan().compressed()) {
        OptionalLong size = ZstdSize.of(file);
        if (size.isPresent()) {
          compressed.add((double) size.getAsLong());
        }
      }
      Files.delete(file);
      bench.done(title(), i, count);
    }
    Report report = bench.report();
    String suffix = load.field("");
    report.percentiles(
        "background_snapshot_pause",
        suffix,
        "background-snapshot, pause of its later ones",
        load.name(),
        "ms",
        Samples.of(pauses));
    report.percentiles(
        "background_snapshot_total",
        suffix,
        "background-snapshot, until written",
        load.name(),
        "ms",
        Samples.of(totals));
    report.median(
        load.field("background_snapshot_bytes"),
        "background-snapshot, bytes",
        load.name(),
        "B",
        Samples.of(bytes));
    if (compressed.isEmpty()) {
      report.remark(
          "The program zstd is not installed, so sizes under zstd -1 are missing. Install it"
              + " (Debian: apt install zstd).");
    } else {
      report.median(
          load.field("background_snapshot_zstd_bytes"),
          "background-snapshot, bytes under zstd -1",
          load.name(),
          "B",
          Samples.of(compressed));
    }
  }
}
