package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateSplice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Device state out of a stopped QEMU. RAM on the memfd is left alone by the capability {@code
 * x-ignore-shared}.
 *
 * <p>The first state is saved completely, by {@code migrate}; later ones quickly where that is
 * possible ({@link QuickStates}).
 *
 * <p>A machine that has not run since it was last saved completely is in QEMU's state {@code
 * postmigrate} and refuses a second {@code migrate}. Then the device sections come from {@code
 * xen-save-devices-state} in any case; what it leaves out, the small RAM blocks, cannot have
 * changed since.
 *
 * <p>Threading: one thread at a time.
 */
final class DeviceStateSaver {

  private static final int NODE_STREAM_BYTES = 1 << 20;

  private final QmpClient qmp;
  private final Path folder;
  private final Duration patience;
  private @Nullable DeviceState last;
  private @Nullable QuickStates quick;

  /**
   * Of one QEMU.
   *
   * @param folder private folder for sockets and scratch files
   * @param patience how long a guest may stand still for a save
   */
  DeviceStateSaver(QmpClient qmp, Path folder, Duration patience) {
    this.qmp = qmp;
    this.folder = folder;
    this.patience = patience;
  }

  /** From now on states are saved quickly where that is possible. */
  void saveQuickly(QuickStates states) {
    quick = states;
  }

  /** Does what can be done before a pause to make it shorter; the guest may run. */
  void lookAhead() {
    if (quick != null) {
      quick.learn();
    }
  }

  /**
   * The state of a machine that stands still after {@code first}; it stands still afterwards.
   *
   * @param first commands that go ahead, in the same write: this is part of every pause
   * @param down asked after them whether the guest can't run on: quick states don't say that
   */
  CapturedState save(List<QmpCommand> first, BooleanSupplier down) throws MachineException {
    List<QmpCommand> commands = new ArrayList<>(first);
    QuickStates quickly = quick;
    boolean tries = quickly != null && quickly.ready();
    if (quickly != null && tries) {
      commands.add(quickly.command());
    }
    commands.add(QmpCommand.of("query-status"));
    commands.add(QmpCommand.of("query-migrate"));
    List<JsonNode> answers = qmp.sendTogether(commands);
    JsonNode status = answers.get(answers.size() - 2);
    JsonNode migration = answers.get(answers.size() - 1);
    checkNothingBlocks(migration);
    if (quickly != null && tries && !down.getAsBoolean()) {
      Optional<CapturedState> state = quickly.take();
      if (state.isPresent()) {
        return state.get();
      }
    }
    DeviceState before = last;
    boolean again = status.path("status").asText().equals("postmigrate");
    DeviceState state = again && before != null ? saveAgain(before) : migrate();
    last = state;
    if (quickly != null && !again) {
      quickly.saved(state);
    }
    return new CapturedState(() -> state);
  }

  /** What this QEMU, which stands still, has to load to get to {@code target}. */
  DeviceState change(DeviceState target) throws MachineException {
    QuickStates quickly = quick;
    if (quickly == null) {
      return target;
    }
    quickly.learn();
    return quickly.change(target);
  }

  void close() {
    if (quick != null) {
      quick.close();
    }
  }

  /** Tells what the machine has been given meanwhile. */
  void loaded(DeviceState state) {
    last = state;
  }

  /** Names what keeps QEMU from saving a state, if there is something. */
  void checkNothingBlocks() throws MachineException {
    checkNothingBlocks(qmp.execute("query-migrate"));
  }

  private static void checkNothingBlocks(JsonNode migration) throws MachineException {
    JsonNode reasons = migration.path("blocked-reasons");
    if (reasons.size() > 0) {
      throw new MachineException(
          "QEMU can't save this guest's devices: "
              + reasons.get(0).asText()
              + ". Start it without that device.");
    }
  }

  private DeviceState migrate() throws MachineException {
    Path socket = folder.resolve("s");
    Deadline deadline = Deadline.ofTask(patience, "save its devices");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        ChannelWait wait = new ChannelWait(deadline, () -> isCompleted(deadline))) {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      qmp.execute("migrate", Map.of("uri", "unix:" + socket));
      byte[] stream = readAll(server, wait);
      while (!isCompleted(deadline)) {
        deadline.pause();
      }
      return DeviceState.of(stream);
    } catch (IOException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    } finally {
      ScratchFile.delete(socket);
    }
  }

  private static byte[] readAll(ServerSocketChannel server, ChannelWait wait)
      throws IOException, MachineException {
    try (SocketChannel channel = wait.accept(server)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream(NODE_STREAM_BYTES);
      ByteBuffer buffer = ByteBuffer.allocate(NODE_STREAM_BYTES);
      wait.await(channel, SelectionKey.OP_READ);
      while (channel.read(buffer) >= 0) {
        all.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        wait.await(channel, SelectionKey.OP_READ);
      }
      return all.toByteArray();
    }
  }

  /** Fails when QEMU has given up: one that could not connect tells it in no other way. */
  private boolean isCompleted(Deadline deadline) throws MachineException {
    JsonNode migration = deadline.ask(qmp, "query-migrate");
    String status = migration.path("status").asText();
    if (status.equals("failed") || status.equals("cancelled")) {
      throw new MachineException(
          "QEMU could not save its devices: "
              + migration.path("error-desc").asText("no reason given")
              + ".");
    }
    return status.equals("completed");
  }

  private DeviceState saveAgain(DeviceState before) throws MachineException {
    Path file = folder.resolve("x");
    try {
      qmp.execute("xen-save-devices-state", Map.of("filename", file.toString(), "live", false));
      return StateSplice.of(before).splice(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException | StateFormatException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    } finally {
      ScratchFile.delete(file);
    }
  }
}
