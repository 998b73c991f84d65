package dev.marey.snapshot;

import dev.marey.machine.DiskFailure;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineExit;
import dev.marey.machine.MachineListener;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.RunState;
import dev.marey.snapshot.capture.Brake;
import dev.marey.snapshot.disk.MachineDisks;
import dev.marey.snapshot.store.PageMap;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the QEMUs of one live guest and makes one of them the live one: it gets the console, the
 * host's ports, and its news are told. Owns the folder of their sockets.
 *
 * <p>Threading: the conductor, or the thread that makes the guest; news come from any.
 */
final class LiveMachines implements AutoCloseable {

  private final Session session;
  private final LiveConsole console;
  private final LiveNews news;
  private final Tuning tuning;
  private final ScratchFolder folder;
  private volatile @Nullable GuardedMachine current;
  private volatile Brake.@Nullable Holder brake;

  LiveMachines(Session session, LiveConsole console, LiveNews news, Tuning tuning)
      throws SnapshotException {
    this.session = session;
    this.console = console;
    this.news = news;
    this.tuning = tuning;
    this.folder = ScratchFolder.create();
  }

  /** Who holds the live guest while its pages come faster than they are saved. */
  void brakeWith(Brake.Holder holder) {
    brake = holder;
  }

  ScratchFolder folder() {
    return folder;
  }

  /** A new QEMU, stopped, with disks nobody has written to. */
  GuardedMachine boot() throws SnapshotException {
    return start(MachineRequest.Role.LIVE, MachineDisks.untouched(session.diskImages()));
  }

  /** A new QEMU that waits for a state, with disks as a node has them. */
  GuardedMachine standby(NodeMaps node) throws SnapshotException {
    return start(MachineRequest.Role.STANDBY, node.disks());
  }

  private GuardedMachine start(MachineRequest.Role role, List<PageMap> diskMaps)
      throws SnapshotException {
    Path run = folder.next();
    MachineDisks disks =
        MachineDisks.open(
            session.diskImages(),
            session.pages(),
            session.path(),
            diskMaps,
            MachineRequest.diskSocket(run));
    return new GuardedMachine(
        session.guest(), role, run, session.pages(), disks, tuning, new Watch());
  }

  /** Of a machine that is not live, whoever wanted something of it is told by its failure. */
  private final class Watch implements GuardedMachine.Watcher {
    @Override
    public void lost(GuardedMachine machine, Throwable cause) {
      problem(
          machine,
          "Guest memory could not be watched any more, so the guest was stopped: "
              + sentence(cause)
              + " Complete nodes are safe; go back to one to run on.");
    }

    @Override
    public void crowded(GuardedMachine machine, BooleanSupplier relieved)
        throws InterruptedException {
      Brake.Holder holder = brake;
      if (current == machine && holder != null) {
        holder.hold(relieved);
      }
    }

    @Override
    public void problem(GuardedMachine machine, String what) {
      if (current == machine) {
        news.problem(what);
      }
    }
  }

  private static String sentence(Throwable cause) {
    String what = String.valueOf(cause.getMessage());
    return what.endsWith(".") ? what : what + ".";
  }

  /** From now on {@code machine} is the live one; the one before is not listened to any more. */
  void goLive(GuardedMachine machine) throws MachineException {
    current = machine;
    machine.machine().console().ifPresent(console::connect);
    machine.machine().addListener(new News(machine));
    for (String refused : machine.machine().attach()) {
      news.problem(refused);
    }
  }

  /** What the live machine does from now on is nobody's concern. */
  void letGo() {
    current = null;
  }

  private final class News implements MachineListener {
    private final GuardedMachine machine;
    private final DiskFailures diskFailures = new DiskFailures();

    News(GuardedMachine machine) {
      this.machine = machine;
    }

    @Override
    public void diskFailed(DiskFailure failure) {
      if (current == machine) {
        diskFailures
            .toTell(failure, machine.machine().timesResumed(), session.path())
            .ifPresent(news::problem);
      }
    }

    @Override
    public void stateChanged(RunState state) {
      if (current == machine) {
        news.tell(listener -> listener.runStateChanged(state));
      }
    }

    @Override
    public void guestReset() {
      if (current == machine) {
        news.tell(LiveListener::guestReset);
      }
    }

    @Override
    public void ended(MachineExit exit) {
      if (current == machine && !exit.expected()) {
        news.problem(
            "QEMU has ended: "
                + exit.describe()
                + " Complete nodes are safe; go back to one to run on.");
      }
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
