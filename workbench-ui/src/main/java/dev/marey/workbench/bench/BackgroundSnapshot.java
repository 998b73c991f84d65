package dev.marey.workbench.bench;

import dev.marey.machine.qmp.QmpException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One snapshot that QEMU takes of itself while the guest runs on. */
final class BackgroundSnapshot {

  private BackgroundSnapshot() {}

  /** Once for each QEMU. */
  static void prepare(StockGuest guest) throws QmpException {
    guest.order(
        "migrate-set-capabilities",
        Map.of(
            "capabilities", List.of(Map.of("capability", "background-snapshot", "state", true))));
    // As fast as it goes; the standard is 1 GiB/s
    guest.order("migrate-set-parameters", Map.of("max-bandwidth", Long.MAX_VALUE / 2));
  }

  /** Returns when the stream is whole. */
  static void write(StockGuest guest, Path file)
      throws QmpException, BenchException, BenchStoppedException {
    guest.order("migrate", Map.of("uri", "exec:cat >'" + file + "'"));
    guest.awaitMigrated();
  }
}
