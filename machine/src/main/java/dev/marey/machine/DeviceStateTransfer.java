package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.qmp.QmpException;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateSplice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device state out of a stopped QEMU and into it. RAM on the memfd is left alone by the capability
 * {@code x-ignore-shared}.
 *
 * <p>A machine that has not run since it was last saved is in QEMU's state {@code postmigrate} and
 * refuses a second {@code migrate}. Then the device sections come from {@code
 * xen-save-devices-state}; what it leaves out, the small RAM blocks, cannot have changed since.
 *
 * <p>Threading: one thread at a time.
 */
final class DeviceStateTransfer {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceStateTransfer.class);
  private static final long POLL_NANOS = 200_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int NODE_STREAM_BYTES = 1 << 20;

  private final QmpClient qmp;
  private final Path folder;
  private final CompletableFuture<MachineExit> exit;
  private @Nullable DeviceState last;

  /**
   * Of one QEMU.
   *
   * @param folder private folder for sockets and scratch files
   * @param exit its end, which ends all waiting
   */
  DeviceStateTransfer(QmpClient qmp, Path folder, CompletableFuture<MachineExit> exit) {
    this.qmp = qmp;
    this.exit = exit;
    this.folder = folder;
  }

  /** The state of a machine that stands still; it stands still afterwards. */
  DeviceState save() throws MachineException {
    // in one write: this is part of every pause
    List<JsonNode> answers =
        qmp.sendTogether(List.of(QmpCommand.of("query-status"), QmpCommand.of("query-migrate")));
    DeviceState before = last;
    boolean again = answers.get(0).path("status").asText().equals("postmigrate");
    DeviceState state = again && before != null ? saveAgain(before) : migrate(answers.get(1));
    last = state;
    return state;
  }

  private DeviceState migrate(JsonNode migration) throws MachineException {
    checkNothingBlocks(migration);
    Path socket = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      CompletableFuture<Void> guard = exit.thenRun(() -> closeQuietly(server));
      qmp.execute("migrate", Map.of("uri", "unix:" + socket));
      byte[] stream = readAll(server);
      guard.cancel(false);
      awaitMigration();
      return DeviceState.of(stream);
    } catch (IOException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    } finally {
      delete(socket);
    }
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

  private static byte[] readAll(ServerSocketChannel server) throws IOException {
    try (SocketChannel channel = server.accept()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream(NODE_STREAM_BYTES);
      ByteBuffer buffer = ByteBuffer.allocate(NODE_STREAM_BYTES);
      while (channel.read(buffer) >= 0) {
        all.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      return all.toByteArray();
    }
  }

  /** Lets go whoever waits for a QEMU that will not connect any more. */
  private static void closeQuietly(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("closing the socket for a device state: {}", e.toString());
    }
  }

  /** One that never comes would keep the guest stopped for ever. */
  private static void checkPatience(long since, String what) throws MachineException {
    if (System.nanoTime() - since > PATIENCE_NANOS) {
      throw new MachineException(
          "QEMU was asked to "
              + what
              + " and has not done so for "
              + PATIENCE_NANOS / 1_000_000_000
              + " s. Go back to a node: another QEMU takes over then.");
    }
  }

  private void awaitMigration() throws MachineException {
    long since = System.nanoTime();
    while (true) {
      checkPatience(since, "save its devices");
      JsonNode migration = qmp.execute("query-migrate");
      switch (migration.path("status").asText()) {
        case "completed" -> {
          return;
        }
        case "failed", "cancelled" ->
            throw new MachineException(
                "QEMU could not save its devices: "
                    + migration.path("error-desc").asText("no reason given")
                    + ".");
        default -> LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private DeviceState saveAgain(DeviceState before) throws MachineException {
    Path file = folder.resolve("x");
    try {
      qmp.execute("xen-save-devices-state", Map.of("filename", file.toString(), "live", false));
      return StateSplice.of(before).splice(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException | StateFormatException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    } finally {
      delete(file);
    }
  }

  /** Resets a machine that is down, so that it may run again; it stands still afterwards. */
  void bringUp() throws MachineException {
    qmp.execute("system_reset");
    // the reset is made by QEMU's main loop after the answer
    long since = System.nanoTime();
    while (isDown(RunStateTracker.of(qmp.execute("query-status").path("status").asText()))) {
      checkPatience(since, "reset the guest");
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static boolean isDown(RunState state) {
    return state == RunState.SHUTDOWN || state == RunState.CRASHED;
  }

  /**
   * Loads a state into this QEMU, which stands still and has run before.
   *
   * @param image qcow2 file with the state as its internal snapshot
   * @param snapshotName its name there
   * @param state what the image holds
   */
  void load(Path image, String snapshotName, DeviceState state) throws MachineException {
    String node = "marey-state";
    String job = "marey-load";
    qmp.execute(
        "blockdev-add",
        Map.of(
            "driver",
            "qcow2",
            "node-name",
            node,
            "file",
            Map.of("driver", "file", "filename", image.toString())));
    try {
      qmp.execute(
          "snapshot-load",
          Map.of("job-id", job, "tag", snapshotName, "vmstate", node, "devices", List.of(node)));
      awaitJob(job);
      last = state;
    } finally {
      qmp.execute("blockdev-del", Map.of("node-name", node));
    }
  }

  private void awaitJob(String job) throws MachineException {
    long since = System.nanoTime();
    while (true) {
      checkPatience(since, "load a device state");
      for (JsonNode found : qmp.execute("query-jobs")) {
        if (found.path("id").asText().equals(job)
            && found.path("status").asText().equals("concluded")) {
          qmp.execute("job-dismiss", Map.of("id", job));
          if (found.has("error")) {
            throw new MachineException(
                "QEMU could not load the device state: " + found.path("error").asText() + ".");
          }
          return;
        }
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Gives a standby its state; it stands still afterwards. */
  void receive(DeviceState state) throws MachineException {
    Path socket = folder.resolve("i");
    qmp.execute("migrate-incoming", Map.of("uri", "unix:" + socket));
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      state.writeTo(channel);
    } catch (IOException e) {
      throw refused(e);
    }
    try {
      long since = System.nanoTime();
      while (qmp.execute("query-status").path("status").asText().equals("inmigrate")) {
        checkPatience(since, "load a device state");
        JsonNode migration = qmp.execute("query-migrate");
        if (migration.path("status").asText().equals("failed")) {
          throw new MachineException(
              "QEMU refused the device state: " + migration.path("error-desc").asText() + ".");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    } catch (QmpException e) {
      throw refused(e);
    } finally {
      delete(socket);
    }
    last = state;
  }

  private static MachineException refused(Exception e) {
    return new MachineException(
        "QEMU ended while it was given a device state, so the state doesn't fit this command line"
            + " or QEMU version. "
            + e.getMessage(),
        e);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
