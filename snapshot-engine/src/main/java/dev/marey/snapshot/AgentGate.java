package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import dev.marey.machine.MachineRequest;
import dev.marey.uffd.AgentConnection;
import dev.marey.uffd.AgentListener;
import dev.marey.uffd.ExpectedProcess;
import dev.marey.uffd.NativeIoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets the agent in a new QEMU report before QEMU is expected to do anything. Owns the line to it,
 * also when QEMU then fails to start.
 *
 * <p>Threading: the thread that starts QEMU.
 */
final class AgentGate implements MachineRequest.StartListener, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AgentListener agents;
  private @Nullable AgentConnection connection;

  AgentGate(AgentListener agents) {
    this.agents = agents;
  }

  @Override
  public void started(long pid, Path program) throws MachineException {
    try {
      connection = agents.await(PATIENCE, new ExpectedProcess(pid, program));
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
