package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Our repeated pause, and reopening, of guests of several sizes that write the same. */
final class RamSizes implements Measurement {

  /** What the host needs beside the guest, in MiB. */
  private static final int HOST_MEBIBYTES = 2048;

  private static final int REOPENINGS = 3;

  @Override
  public String title() {
    return "pause against RAM size";
  }

  @Override
  public void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    Map<Integer, Double> medians = new TreeMap<>();
    List<Integer> sizes = bench.plan().sizesMebibytes();
    int number = 0;
    for (int mebibytes : sizes) {
      number++;
      long available = MachineFacts.availableMebibytes();
      if (available < mebibytes + HOST_MEBIBYTES) {
        bench
            .report()
            .remark(
                "No guest of "
                    + mebibytes
                    + " MiB: this machine has "
                    + available
                    + " MiB available, and "
                    + (mebibytes + HOST_MEBIBYTES)
                    + " are needed.");
        continue;
      }
      medians.put(mebibytes, measure(bench, mebibytes));
      bench.done(title(), number, sizes.size());
    }
    int largest = sizes.get(sizes.size() - 1);
    Double small = medians.get(bench.plan().guestMebibytes());
    Double large = medians.get(largest);
    if (small != null && large != null) {
      bench
          .report()
          .figure(
              "pause_growth_8g_over_1g",
              "our pause, " + largest + " MiB / " + bench.plan().guestMebibytes() + " MiB of RAM",
              Load.A.name(),
              "",
              large / small);
    }
  }

  private double measure(Bench bench, int mebibytes)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    OwnGuest guest = OwnGuest.boot(bench, mebibytes);
    Path folder = guest.session().session().path();
    try {
      Node node;
      Samples pauses;
      try (guest) {
        int loaded = bench.plan().loadMebibytes();
        int rest = GuestShell.spareMebibytes(mebibytes) - loaded;
        if (rest > 0) {
          guest.shell().hold(rest);
        }
        guest.shell().startLoad(Load.A.command(loaded));
        OwnGuest.Shot first = guest.snapshot();
        node = first.node();
        String size = mebibytes + "m";
        bench
            .report()
            .figure(
                "first_pause_ms_" + size,
                "our first pause, " + mebibytes + " MiB of RAM",
                Load.A.name(),
                "ms",
                first.pause().millis());
        List<Double> millis = new ArrayList<>();
        double unused =
            guest.everySecond(
                bench.plan().snapshotsPerSize(),
                (shot, number) -> millis.add(shot.pause().millis()));
        pauses = Samples.of(millis);
        bench
            .report()
            .median(
                "pause_p50_ms_" + size,
                "our pause, " + mebibytes + " MiB of RAM",
                Load.A.name(),
                "ms",
                pauses);
      }
      List<Double> reopened = new ArrayList<>();
      for (int i = 0; i < REOPENINGS; i++) {
        bench.stop().check();
        reopened.add(Reopening.reopen(folder, node.id()));
      }
      bench
          .report()
          .median(
              "reopen_here_to_running_ms_" + mebibytes + "m",
              "reopening by a Marey that runs, " + mebibytes + " MiB of RAM",
              Load.A.name(),
              "ms",
              Samples.of(reopened));
      return pauses.median();
    } finally {
      Bench.remove(folder);
    }
  }
}
