package dev.marey.workbench.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.MachineException;
import dev.marey.machine.qmp.QmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** QEMU's {@code savevm} into a qcow2, and {@code loadvm} out of it. */
final class SaveVms implements Measurement {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final String SNAPSHOT = "bench";

  private final Load load;

  SaveVms(Load load) {
    this.load = load;
  }

  @Override
  public String title() {
    return "QEMU's savevm and loadvm, load " + load.name();
  }

  @Override
  public void run(Bench bench)
      throws MachineException, IOException, BenchException, BenchStoppedException {
    Path file = bench.fresh("vmstate.qcow2");
    try (StockGuest guest = StockGuest.boot(bench, bench.plan().guestMebibytes())) {
      StateDisk disk = StateDisk.attach(guest, file, bench.stop());
      guest.shell().startLoad(load.command(bench.plan().loadMebibytes()));
      save(bench, guest, disk);
      load(bench, guest);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void save(Bench bench, StockGuest guest, StateDisk disk)
      throws QmpException, BenchException, BenchStoppedException {
    int count = bench.plan().savevms();
    List<Double> stopped = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      bench.stop().sleep(BETWEEN);
      guest.pauses().forget();
      guest.monitor("savevm " + SNAPSHOT);
      stopped.add(guest.pauses().await(PATIENCE, bench.stop()).millis());
      bytes.add((double) disk.stateBytes());
      bench.done(title(), i, 2 * count);
    }
    bench
        .report()
        .percentiles(
            "savevm_pause",
            load.field(""),
            "savevm, pause",
            load.name(),
            "ms",
            Samples.of(stopped));
    bench
        .report()
        .median(load.field("savevm_bytes"), "savevm, bytes", load.name(), "B", Samples.of(bytes));
  }

  private void load(Bench bench, StockGuest guest)
      throws QmpException, BenchException, BenchStoppedException {
    int count = bench.plan().savevms();
    List<Double> loads = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      bench.stop().sleep(BETWEEN);
      guest.pauses().forget();
      Instant request = Instant.now();
      guest.monitor("loadvm " + SNAPSHOT);
      loads.add(guest.pauses().await(PATIENCE, bench.stop()).millisSince(request));
      bench.done(title(), count + i, 2 * count);
    }
    bench
        .report()
        .median(
            load.field("loadvm_ms"),
            "loadvm, request to running",
            load.name(),
            "ms",
            Samples.of(loads));
  }

  /** A qcow2 of QEMU's own making that no device of the guest knows. */
  private record StateDisk(StockGuest guest) {

    private static final String FILE = "bench-file";
    private static final String NODE = "bench-state";
    private static final long LENGTH_BYTES = 1 << 20;
    private static final Duration LOOK = Duration.ofMillis(10);

    static StateDisk attach(StockGuest guest, Path file, StopRequest stop)
        throws QmpException, IOException, BenchException, BenchStoppedException {
      Path unused = Files.createFile(file);
      guest.order(
          "blockdev-add", Map.of("driver", "file", "node-name", FILE, "filename", file.toString()));
      guest.order(
          "blockdev-create",
          Map.of(
              "job-id",
              FILE,
              "options",
              Map.of("driver", "qcow2", "file", FILE, "size", LENGTH_BYTES)));
      JsonNode job = job(guest);
      while (!job.path("status").asText().equals("concluded")) {
        stop.sleep(LOOK);
        job = job(guest);
      }
      if (job.has("error")) {
        throw new BenchException("QEMU could not make " + file + ": " + job.get("error").asText());
      }
      guest.order("job-dismiss", Map.of("id", FILE));
      guest.order("blockdev-add", Map.of("driver", "qcow2", "node-name", NODE, "file", FILE));
      return new StateDisk(guest);
    }

    private static JsonNode job(StockGuest guest) throws QmpException {
      return guest.execute("query-jobs", Map.of()).path(0);
    }

    /** Length of the state that was saved last. */
    long stateBytes() throws QmpException, BenchException {
      for (JsonNode node : guest.execute("query-named-block-nodes", Map.of())) {
        JsonNode size = node.path("image").path("snapshots").path(0).path("vm-state-size");
        if (node.path("node-name").asText().equals(NODE) && !size.isMissingNode()) {
          return size.asLong();
        }
      }
      throw new BenchException("QEMU's savevm left no state in its file.");
    }
  }
}
