package dev.marey.workbench.bench;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;

/** One of the things that are measured. It leaves no process behind, however it ends. */
interface Measurement {

  /** For people. */
  String title();

  /** Measures, and adds what it found to the report. */
  void run(Bench bench)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException;
}
