package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;

/** Our revert to a node from which nearly every page of RAM differs. */
final class LargeReverts implements Measurement {

  @Override
  public String title() {
    return "our reverts, all of RAM differing";
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    int mebibytes = GuestShell.spareMebibytes(bench.plan().guestMebibytes());
    long sweep = mebibytes * 256L;
    OwnGuest guest = OwnGuest.boot(bench, bench.plan().guestMebibytes());
    try (guest) {
      guest.shell().startLoad(Load.A.command(0, mebibytes, false));
      Node target = guest.snapshot().node();
      Reverts.Series running = new Reverts.Series();
      Reverts.Series standing = new Reverts.Series();
      int count = bench.plan().largeReverts();
      for (int i = 1; i <= count; i++) {
        guest.shell().awaitPages(sweep);
        running.add(Reverts.revert(bench, guest, target));
        guest.shell().awaitPages(sweep);
        standing.add(Reverts.revertKept(bench, guest, target));
        bench.done(title(), i, count);
      }
      Report report = bench.report();
      report.median(
          "revert_all_ram_to_resume_ms",
          "our revert, all of RAM differing, keeping the present",
          "",
          "ms",
          running.millis());
      report.median(
          "revert_all_ram_kept_to_resume_ms",
          "our revert, the same from a present that is kept already",
          "",
          "ms",
          standing.millis());
      report.median("revert_all_ram_pages", "pages that differed", "", "", running.pages());
    } finally {
      guest.discard();
    }
  }
}
