package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.GuestRam;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineExit;
import dev.marey.machine.MachineRequest;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.capture.OwnedParts;
import dev.marey.snapshot.capture.Saver;
import dev.marey.snapshot.capture.UnstoredPages;
import dev.marey.snapshot.disk.MachineDisks;
import dev.marey.snapshot.revert.EagerLoader;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.AgentListener;
import dev.marey.uffd.Feature;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine together with its disks and everything that watches over its RAM: the memfd, the
 * userfaultfd that the agent handed out, fault loop, saver and loader. Owns all of them from start
 * to close.
 *
 * <p>Threading: one thread at a time (the conductor of a {@link LiveGuest}), except for the
 * counters.
 */
final class GuardedMachine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedMachine.class);

  private final OwnedParts parts = new OwnedParts();
  private final MachineDisks disks;
  private final GuestRam ram;
  private final Machine machine;
  private final Userfaultfd uffd;
  private final long ramHostAddress;
  private final LazyRam lazyRam;
  private final UnstoredPages unstored = new UnstoredPages();
  private final FaultLoop faultLoop;
  private final Saver saver;
  private final boolean armsAhead;
  private boolean servesMissing;
  private boolean looksAhead;

  /** Hears what befalls a machine. Called on any thread. */
  interface Watcher {

    /** Nobody could answer its page faults any more; QEMU has been ended for it. */
    void lost(GuardedMachine machine, Throwable cause);

    /**
     * Its pages come faster than they are saved: it is to stand still until {@code relieved} is
     * true. Returns after that.
     */
    void crowded(GuardedMachine machine, BooleanSupplier relieved) throws InterruptedException;

    /** Something went wrong that it goes on with. */
    void problem(GuardedMachine machine, String what);
  }

  /**
   * Starts QEMU, stopped, with its RAM registered for write-protection.
   *
   * @param runFolder private folder for sockets, the caller deletes it
   * @param disks the guest's disks, served there; owned by this from now on
   */
  GuardedMachine(
      GuestDefinition guest,
      MachineRequest.Role role,
      Path runFolder,
      PageStore store,
      MachineDisks disks,
      Tuning tuning,
      Watcher watcher)
      throws SnapshotException {
    boolean done = false;
    this.disks = parts.own(disks);
    this.armsAhead = !guest.pinsMemory();
    try {
      ram = parts.own(GuestRam.create(guest.ramBytes()));
      AgentListener agents = parts.own(AgentListener.open());
      AgentGate gate = parts.own(new AgentGate(agents));
      machine =
          parts.own(
              Machine.start(
                  new MachineRequest(guest, ram, runFolder, role, agents.environment(), gate)));
      uffd = parts.own(gate.connection().userfaultfd(Feature.liveSnapshot()));
      ramHostAddress = machine.ramHostAddress();
      lazyRam =
          new LazyRam(
              ram.pageCount(),
              ram::read,
              store,
              absent ->
                  new EagerLoader(
                      absent,
                      store,
                      uffd,
                      ramHostAddress,
                      tuning.loading(),
                      what -> watcher.problem(this, what)));
      faultLoop =
          new FaultLoop(
              uffd,
              ram,
              ramHostAddress,
              store,
              lazyRam.absent(),
              relieved -> watcher.crowded(this, relieved),
              cause -> endAtOnce(cause, watcher),
              FaultLoop.Limits.STANDARD);
      saver = Saver.start(faultLoop, ram, store, unstored, tuning.saving());
      parts.own(() -> faultLoop.free(saver));
      parts.own(saver);
      faultLoop.start();
      parts.own(faultLoop);
      parts.own(machine);
      parts.own(lazyRam);
      register(EnumSet.of(RegisterMode.WRITE_PROTECT));
      done = true;
    } catch (MachineException e) {
      throw new SnapshotException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new SnapshotException("Watching over the guest's memory failed: " + e.getMessage(), e);
    } finally {
      if (!done) {
        parts.close();
      }
    }
  }

  /** A guest whose page faults nobody answers must not run, and could not. */
  private void endAtOnce(Throwable cause, Watcher watcher) {
    Thread end =
        new Thread(
            () -> {
              try {
                MachineExit unused = machine.kill();
              } catch (MachineException e) {
                LOG.error("ending QEMU failed", e);
              }
              watcher.lost(this, cause);
            },
            "marey-emergency");
    end.setDaemon(true);
    end.start();
  }

  private void register(Set<RegisterMode> modes) throws NativeIoException {
    uffd.register(ramHostAddress, ram.lengthBytes(), modes);
  }

  /** From now on a touch of a missing page comes to the fault loop instead of giving zeroes. */
  void serveMissing() throws SnapshotException {
    if (servesMissing) {
      return;
    }
    try {
      register(EnumSet.of(RegisterMode.MISSING, RegisterMode.WRITE_PROTECT));
      servesMissing = true;
    } catch (NativeIoException e) {
      throw new SnapshotException("Preparing a lazy revert failed: " + e.getMessage(), e);
    }
  }

  /**
   * Does what can be done before a pause to make it shorter; the guest may run.
   *
   * @param shortPause whether the pause is to be short, though it begins later
   */
  void lookAhead(boolean shortPause) {
    if (!looksAhead) {
      looksAhead = true;
      try {
        machine.saveQuickly(new SmallRamFaults(faultLoop));
      } catch (MachineException e) {
        LOG.info("device states of this guest are saved the slower way: {}", e.getMessage());
      }
    }
    machine.lookAhead();
    if (armsAhead && shortPause) {
      try {
        faultLoop.armAhead();
      } catch (SnapshotException e) {
        // What it left is done in the pause, or fails there with a better word.
        LOG.debug("arming ahead failed", e);
      }
    }
  }

  MachineDisks disks() {
    return disks;
  }

  Machine machine() {
    return machine;
  }

  GuestRam ram() {
    return ram;
  }

  LazyRam lazyRam() {
    return lazyRam;
  }

  FaultLoop faultLoop() {
    return faultLoop;
  }

  Saver saver() {
    return saver;
  }

  UnstoredPages unstored() {
    return unstored;
  }

  /**
   * Ends QEMU, then what watches over it. Captures in flight are saved first: their RAM is ours.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    parts.close();
  }
}
