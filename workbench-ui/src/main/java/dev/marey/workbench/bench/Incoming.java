package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A new QEMU with {@code -incoming} and the stream of a background-snapshot. */
final class Incoming implements Measurement {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String title() {
    return "QEMU's -incoming";
  }

  @Override
  public void run(Bench bench)
      throws MachineException, IOException, BenchException, BenchStoppedException {
    Path file = bench.fresh("stream");
    try {
      try (StockGuest guest = StockGuest.boot(bench, bench.plan().guestMebibytes())) {
        guest.shell().startLoad(Load.A.command(bench.plan().loadMebibytes()));
        BackgroundSnapshot.prepare(guest);
        BackgroundSnapshot.write(guest, file);
      }
      List<Double> millis = new ArrayList<>();
      int count = bench.plan().reopenings();
      for (int i = 1; i <= count; i++) {
        millis.add(load(bench, file));
        bench.done(title(), i, count);
      }
      bench
          .report()
          .median(
              "incoming_ms",
              "-incoming, process start to running",
              Load.A.name(),
              "ms",
              Samples.of(millis));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double load(Bench bench, Path file)
      throws MachineException, IOException, BenchException, BenchStoppedException {
    try (StockGuest guest = StockGuest.incoming(bench, bench.plan().guestMebibytes())) {
      guest.order("migrate-incoming", Map.of("uri", "exec:cat '" + file + "'"));
      return Millis.between(guest.started(), guest.pauses().awaitResume(PATIENCE, bench.stop()));
    }
  }
}
