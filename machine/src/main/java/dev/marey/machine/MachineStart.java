package dev.marey.machine;

import dev.marey.machine.console.SerialConsole;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * One start of a machine: the process, those who wait for it, the connections to it. A start that
 * fails leaves neither a process nor a folder. An interrupt cancels it.
 *
 * <p>Threading: one thread.
 */
final class MachineStart {

  /** QEMU answers after 40 to 200 ms; a busy host or a slow disk may take much longer. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MachineRequest request;
  private final Duration patience;

  /**
   * Starts nothing yet.
   *
   * @param patience how long QEMU may take until it answers
   */
  MachineStart(MachineRequest request, Duration patience) {
    this.request = request;
    this.patience = patience;
  }

  Machine run() throws MachineException {
    QemuBinary binary = QemuBinary.probe(request.guest().qemu());
    RunStateTracker tracker =
        new RunStateTracker(
            request.role() == MachineRequest.Role.STANDBY ? RunState.INCOMING : RunState.PAUSED);
    QemuProcess process = QemuProcess.start(request, binary);
    boolean started = false;
    try {
      announce(process);
      Machine machine = connect(binary, process, tracker);
      started = true;
      return machine;
    } finally {
      if (!started) {
        process.killAndReap();
      }
    }
  }

  private void announce(QemuProcess process) throws MachineException {
    try {
      request.onStart().started(process.pid(), request.guest().qemu().toRealPath());
    } catch (MachineException | IOException e) {
      throw new MachineException(
          "Starting the guest failed: " + e.getMessage() + process.describeWords(), e);
    }
  }

  private Machine connect(QemuBinary binary, QemuProcess process, RunStateTracker tracker)
      throws MachineException {
    Deadline deadline = new Deadline(patience, "starting", () -> process.describeSilence(patience));
    try {
      QmpClient qmp = connectQmp(process, tracker, deadline);
      Machine machine =
          new Machine(
              request, binary, process, qmp, acceptConsole(process, qmp, deadline), tracker);
      machine.prepare();
      return machine;
    } catch (MachineException e) {
      throw new MachineException("Starting the guest failed. " + e.getMessage(), e);
    }
  }

  private static QmpClient connectQmp(
      QemuProcess process, RunStateTracker tracker, Deadline deadline) throws MachineException {
    try {
      return QmpClient.connect(
          process.acceptQmp(deadline),
          process.name(),
          tracker::event,
          process::describeEnd,
          deadline.remaining());
    } catch (QmpException e) {
      deadline.check();
      throw e.errorClass().equals(QmpException.NO_ANSWER)
          ? new MachineException(process.describeEnd(), e)
          : e;
    }
  }

  private static Optional<SerialConsole> acceptConsole(
      QemuProcess process, QmpClient qmp, Deadline deadline) throws MachineException {
    try {
      return process.acceptConsole(deadline);
    } catch (MachineException e) {
      qmp.close();
      throw e;
    }
  }
}
