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

/** QEMU's own {@code background-snapshot} of the same guest, one after the other. */
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
    try (StockGuest guest = StockGuest.boot(bench, bench.plan().guestMebibytes())) {
      guest.shell().startLoad(load.command(bench.plan().loadMebibytes()));
      BackgroundSnapshot.prepare(guest);
      measure(bench, guest, file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void measure(Bench bench, StockGuest guest, Path file)
      throws QmpException, IOException, BenchException, BenchStoppedException {
    int count = bench.plan().snapshots();
    List<Double> pauses = new ArrayList<>();
    List<Double> totals = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    List<Double> compressed = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      guest.pauses().forget();
      long start = System.nanoTime();
      BackgroundSnapshot.write(guest, file);
      totals.add(Millis.since(start));
      pauses.add(guest.pauses().await(PATIENCE, bench.stop()).millis());
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
        "background-snapshot, pause",
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
