package dev.marey.workbench.bench;

import java.util.Arrays;
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

  List<Measurement> measurements() {
    return switch (this) {
      case PAUSE -> forEachLoad(OwnSnapshots::new);
      case BACKGROUND -> forEachLoad(BackgroundSnapshots::new);
      case SAVEVM -> forEachLoad(SaveVms::new);
      case REVERT -> List.of(new Reverts(Load.A), new Reverts(Load.B), new LargeReverts());
      case REOPEN -> List.of(new Reopening(), new Incoming());
      case PROGRESS -> GuestProgress.all();
      case RAM -> List.of(new RamSizes());
      case FAULT -> List.of(new FaultFloor());
      case DIFF -> forEachLoad(DiffTimes::new);
    };
  }

  private static List<Measurement> forEachLoad(Function<Load, Measurement> measurement) {
    return Arrays.stream(Load.values()).map(measurement).toList();
  }
}
