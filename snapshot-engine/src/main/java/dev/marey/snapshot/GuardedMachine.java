package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.GuestRam;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineExit;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.capture.Saver;
import dev.marey.snapshot.capture.UnstoredPages;
import dev.marey.snapshot.revert.AbsentPages;
import dev.marey.snapshot.revert.EagerLoader;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.AgentConnection;
import dev.marey.uffd.AgentListener;
import dev.marey.uffd.ExpectedProcess;
import dev.marey.uffd.Feature;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine together with everything that watches over its RAM: the memfd, the userfaultfd that the
 * agent handed out, fault loop, saver and loader. Owns all of them from start to close.
 *
 * <p>Threading: one thread at a time (the conductor of a {@link LiveGuest}), except for the
 * counters.
 */
final class GuardedMachine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedMachine.class);
  private static final Duration AGENT_TIMEOUT = Duration.ofSeconds(20);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final PageStore store;
  private final GuestRam ram;
  private final Machine machine;
  private final Userfaultfd uffd;
  private final long ramHostAddress;
  private final AbsentPages absent;
  private final UnstoredPages unstored = new UnstoredPages();
  private final FaultLoop faultLoop;
  private final Saver saver;
  private volatile @Nullable EagerLoader loader;
  private boolean servesMissing;

  /**
   * Starts QEMU, stopped, with its RAM registered for write-protection.
   *
   * @param runFolder private folder for sockets, the caller deletes it
   * @param onLost told of this machine when nobody could answer its page faults any more, after
   *     QEMU was ended for it
   */
  GuardedMachine(
      GuestDefinition guest,
      MachineRequest.Role role,
      Path runFolder,
      PageStore store,
      BiConsumer<GuardedMachine, Throwable> onLost)
      throws SnapshotException {
    this.store = store;
    boolean done = false;
    try {
      ram = own(GuestRam.create(guest.ramBytes()));
      AgentListener agents = own(AgentListener.open());
      AgentGate gate = own(new AgentGate(agents));
      machine =
          own(
              Machine.start(
                  new MachineRequest(guest, ram, runFolder, role, agents.environment(), gate)));
      uffd = own(gate.connection().userfaultfd(Feature.liveSnapshot()));
      ramHostAddress = machine.ramHostAddress();
      absent = new AbsentPages(ram.pageCount());
      faultLoop =
          new FaultLoop(
              uffd, ram, ramHostAddress, store, absent, cause -> endAtOnce(cause, onLost));
      opened.push(faultLoop::free);
      saver = new Saver(faultLoop, ram, store, unstored);
      opened.push(saver);
      faultLoop.start();
      opened.push(faultLoop);
      opened.push(machine);
      register(EnumSet.of(RegisterMode.WRITE_PROTECT));
      done = true;
    } catch (MachineException e) {
      throw new SnapshotException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new SnapshotException("Watching over the guest's memory failed: " + e.getMessage(), e);
    } finally {
      if (!done) {
        closeOpened();
      }
    }
  }

  /** A guest whose page faults nobody answers must not run, and could not. */
  private void endAtOnce(Throwable cause, BiConsumer<GuardedMachine, Throwable> onLost) {
    Thread end =
        new Thread(
            () -> {
              try {
                MachineExit unused = machine.kill();
              } catch (MachineException e) {
                LOG.error("ending QEMU failed", e);
              }
              onLost.accept(this, cause);
            },
            "marey-emergency");
    end.setDaemon(true);
    end.start();
  }

  private <T extends AutoCloseable> T own(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Lets the agent in a new QEMU report before QEMU is expected to do anything. Owns the line to
   * it, also when QEMU then fails to start.
   */
  private static final class AgentGate implements MachineRequest.StartListener, AutoCloseable {
    private final AgentListener agents;
    private @Nullable AgentConnection connection;

    AgentGate(AgentListener agents) {
      this.agents = agents;
    }

    @Override
    public void started(long pid, Path program) throws MachineException {
      try {
        connection = agents.await(AGENT_TIMEOUT, new ExpectedProcess(pid, program));
      } catch (NativeIoException e) {
        throw new MachineException(String.valueOf(e.getMessage()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MachineException("Interrupted while QEMU was starting.", e);
      }
    }

    AgentConnection connection() {
      return Objects.requireNonNull(connection, "Machine.start calls the listener");
    }

    @Override
    public void close() {
      AgentConnection made = connection;
      if (made != null) {
        made.close();
      }
    }
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

  /** Starts loading absent pages ahead of a touch; does nothing if there are none. */
  void startLoader() throws SnapshotException {
    stopLoader();
    if (absent.count() > 0) {
      try {
        EagerLoader started = new EagerLoader(absent, store, uffd, ramHostAddress);
        loader = started;
        started.start();
      } catch (NativeIoException e) {
        throw new SnapshotException("Loading pages ahead could not start: " + e.getMessage(), e);
      }
    }
  }

  /** Goes on loading if that was stopped for a revert that then was not made. */
  void keepLoading() throws SnapshotException {
    if (loader == null) {
      startLoader();
    }
  }

  void stopLoader() {
    EagerLoader running = loader;
    if (running != null) {
      running.close();
      loader = null;
    }
  }

  /** Content of a page; what is not loaded yet comes from the page store. */
  void read(PageNumber page, ByteBuffer into) throws SnapshotException {
    int ref = absent.refOf(page.index());
    if (ref != PageMap.ZERO_PAGE) {
      store.read(ref, into);
      return;
    }
    try {
      ram.read(page, into);
    } catch (IllegalStateException e) {
      throw new SnapshotException(
          "Guest memory could not be read: this guest has ended, or another QEMU has just taken"
              + " over. Read again.",
          e);
    }
  }

  Machine machine() {
    return machine;
  }

  GuestRam ram() {
    return ram;
  }

  FaultLoop faultLoop() {
    return faultLoop;
  }

  Saver saver() {
    return saver;
  }

  AbsentPages absent() {
    return absent;
  }

  UnstoredPages unstored() {
    return unstored;
  }

  /** Pages that loaders have filled since the last revert. */
  int loadedAhead() {
    EagerLoader running = loader;
    return running == null ? 0 : running.loadedCount();
  }

  /**
   * Ends QEMU, then what watches over it. Captures in flight are saved first: their RAM is ours.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    EagerLoader running = loader;
    if (running != null) {
      // Kept, because its count is asked for afterwards.
      running.close();
    }
    closeOpened();
  }

  private void closeOpened() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("closing failed: {}", e.getMessage(), e);
      }
    }
  }
}
