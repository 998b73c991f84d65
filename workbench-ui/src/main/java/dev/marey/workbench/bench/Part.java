package dev.marey.workbench.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What can be chosen to be measured, in the order it is done. */
public enum Part {
  /** Our pauses and bytes. */
  PAUSE,
  /** QEMU's background-snapshot. */
  BACKGROUND,
  /** QEMU's savevm and loadvm. */
  SAVEVM,
  /** Our reverts. */
  REVERT,
  /** Opening a session again, and QEMU's -incoming. */
  REOPEN,
  /** What the guest gets done. */
  PROGRESS,
  /** Pause against RAM size. */
  RAM,
  /** One write fault, and arming, against the kernel's floor. */
  FAULT,
  /** List of changed pages. */
  DIFF;

  List<Measurement> measurements(BenchPlan plan) {
    return switch (this) {
      case PAUSE -> forEachLoad(plan, OwnSnapshots::new);
      case BACKGROUND -> forEachLoad(plan, BackgroundSnapshots::new);
      case SAVEVM -> forEachLoad(plan, SaveVms::new);
      case REVERT -> reverts(plan);
      case REOPEN -> List.of(new Reopening(), new Incoming());
      case PROGRESS -> progress(plan);
      case RAM -> List.of(new RamSizes());
      case FAULT -> List.of(new FaultFloor());
      case DIFF -> forEachLoad(plan, DiffTimes::new);
    };
  }

  private static List<Measurement> forEachLoad(
      BenchPlan plan, Function<Load, Measurement> measurement) {
    return plan.loads().stream().map(measurement).toList();
  }

  private static List<Measurement> reverts(BenchPlan plan) {
    List<Measurement> all = new ArrayList<>(forEachLoad(plan, Reverts::new));
    if (plan.largeReverts() > 0) {
      all.add(new LargeReverts());
    }
    return all;
  }

  private static List<Measurement> progress(BenchPlan plan) {
    List<Measurement> all =
        new ArrayList<>(forEachLoad(plan, load -> new GuestProgress(load, false)));
    if (plan.loads().size() > 1) {
      all.add(new GuestProgress(Load.A, true));
    }
    return all;
  }
}
