package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.qmp.QmpException;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.VmStateImage;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device state into a QEMU: one that stands still and has run before, or a standby.
 *
 * <p>Threading: one thread at a time.
 */
final class DeviceStateLoader {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceStateLoader.class);
  private static final String NODE = "marey-state";
  private static final String JOB = "marey-load";

  /** The image is for this one load: a sync of what QEMU writes to it would only take time. */
  private static final Map<String, Boolean> UNSYNCED = Map.of("no-flush", true);

  private final QmpClient qmp;
  private final Path folder;
  private final CompletableFuture<MachineExit> exit;
  private final Duration patience;

  /** How QEMU reads the image: without threads of its own where the kernel can. */
  private String aio = "io_uring";

  private boolean aioTried;

  /** Whether QEMU has an image and a job that are of no use any more. */
  private boolean loaded;

  /**
   * Of one QEMU.
   *
   * @param folder private folder for sockets
   * @param exit its end
   * @param patience how long a guest may stand still for a load
   */
  DeviceStateLoader(
      QmpClient qmp, Path folder, CompletableFuture<MachineExit> exit, Duration patience) {
    this.qmp = qmp;
    this.folder = folder;
    this.exit = exit;
    this.patience = patience;
  }

  /** Resets a machine that is down, so that it may run again; it stands still afterwards. */
  void bringUp() throws MachineException {
    Deadline deadline = Deadline.ofTask(patience, "reset the guest");
    qmp.execute("system_reset");
    // the reset is made by QEMU's main loop after the answer
    while (isDown(RunStateTracker.of(deadline.ask(qmp, "query-status").path("status").asText()))) {
      deadline.pause();
    }
  }

  private static boolean isDown(RunState state) {
    return state == RunState.SHUTDOWN || state == RunState.CRASHED;
  }

  /**
   * Loads a state into this QEMU, which stands still and has run before. {@link #forget} comes
   * after.
   *
   * @return QEMU's word for its run state afterwards
   */
  String load(VmStateImage image) throws MachineException {
    forget();
    Deadline deadline = Deadline.ofTask(patience, "load a device state");
    QmpCommand load =
        QmpCommand.of(
            "snapshot-load",
            Map.of(
                "job-id",
                JOB,
                "tag",
                image.snapshotName(),
                "vmstate",
                NODE,
                "devices",
                List.of(NODE)));
    List<QmpCommand> commands = new ArrayList<>();
    loaded = true;
    try {
      if (aioTried) {
        commands.add(add(image));
      } else {
        addOnTrial(image, deadline);
      }
      commands.addAll(List.of(load, QmpCommand.of("query-jobs"), QmpCommand.of("query-status")));
      List<JsonNode> answers = qmp.sendTogether(commands);
      JsonNode jobs = answers.get(answers.size() - 2);
      JsonNode status = answers.get(answers.size() - 1);
      while (!isConcluded(jobs)) {
        deadline.pause();
        jobs = deadline.ask(qmp, "query-jobs");
        status = deadline.ask(qmp, "query-status");
      }
      return status.path("status").asText();
    } catch (MachineException e) {
      forgetAfter(e);
      throw e;
    }
  }

  private void addOnTrial(VmStateImage image, Deadline deadline) throws MachineException {
    try {
      JsonNode unused = qmp.execute(add(image), deadline.remaining());
    } catch (QmpException e) {
      LOG.debug("this QEMU or this kernel has no io_uring", e);
      aio = "threads";
      JsonNode unused = qmp.execute(add(image), deadline.remaining());
    }
    aioTried = true;
  }

  private QmpCommand add(VmStateImage image) {
    Map<String, Object> file =
        Map.of(
            "driver", "file", "filename", image.file().toString(), "cache", UNSYNCED, "aio", aio);
    return QmpCommand.of(
        "blockdev-add",
        Map.of("driver", "qcow2", "node-name", NODE, "cache", UNSYNCED, "file", file));
  }

  private static boolean isConcluded(JsonNode jobs) throws MachineException {
    for (JsonNode found : jobs) {
      if (found.path("id").asText().equals(JOB)
          && found.path("status").asText().equals("concluded")) {
        if (found.has("error")) {
          throw new MachineException(
              "QEMU could not load the device state: " + found.path("error").asText() + ".");
        }
        return true;
      }
    }
    return false;
  }

  /** Has QEMU let go of the image that was loaded last, if it was not yet. */
  void forget() throws MachineException {
    if (!loaded) {
      return;
    }
    loaded = false;
    try {
      qmp.execute("job-dismiss", Map.of("id", JOB));
    } catch (QmpException e) {
      LOG.debug("there was no job", e);
    }
    qmp.execute("blockdev-del", Map.of("node-name", NODE));
  }

  private void forgetAfter(MachineException failure) {
    try {
      forget();
    } catch (MachineException e) {
      failure.addSuppressed(e);
    }
  }

  /** Gives a standby its state; it stands still afterwards. */
  void receive(DeviceState state) throws MachineException {
    Path socket = folder.resolve("i");
    Deadline deadline = Deadline.ofTask(patience, "load a device state");
    qmp.execute("migrate-incoming", Map.of("uri", "unix:" + socket));
    try {
      send(state, socket, deadline);
      while (isIncoming(deadline)) {
        deadline.pause();
      }
    } catch (QmpException e) {
      throw exit.isDone() ? endedWhileGiven(e) : e;
    } finally {
      ScratchFile.delete(socket);
    }
  }

  private void send(DeviceState state, Path socket, Deadline deadline) throws MachineException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        ChannelWait wait = new ChannelWait(deadline, () -> isIncoming(deadline))) {
      ByteBuffer rest = state.buffer();
      while (rest.hasRemaining()) {
        wait.await(channel, SelectionKey.OP_WRITE);
        int unused = channel.write(rest);
      }
    } catch (IOException e) {
      // QEMU has closed the connection; why is asked of itself or found in its last words
      LOG.debug("sending a device state", e);
    }
  }

  /** Whether the state is still on its way; fails when QEMU has refused it. */
  private boolean isIncoming(Deadline deadline) throws MachineException {
    if (!deadline.ask(qmp, "query-status").path("status").asText().equals("inmigrate")) {
      return false;
    }
    JsonNode migration = deadline.ask(qmp, "query-migrate");
    if (migration.path("status").asText().equals("failed")) {
      throw new MachineException(
          "QEMU refused the device state: "
              + migration.path("error-desc").asText("no reason given")
              + ".");
    }
    return true;
  }

  private MachineException endedWhileGiven(QmpException cause) {
    return new MachineException(
        "QEMU ended while it was given a device state, so the state doesn't fit this command line"
            + " or QEMU version. "
            + exit.join().describe(),
        cause);
  }
}
