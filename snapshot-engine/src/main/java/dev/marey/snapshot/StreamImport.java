package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.ForeignStream;
import dev.marey.machine.state.RunStateNote;
import dev.marey.machine.state.StateStream;
import dev.marey.snapshot.disk.MachineDisks;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a stream that a stock QEMU has written the first node of a new session. Disks that the
 * guest writes are taken to be as their images are.
 *
 * <p>Threading: one thread.
 */
public final class StreamImport {

  private static final Logger LOG = LoggerFactory.getLogger(StreamImport.class);
  private static final int BUFFER_BYTES = 1 << 18;

  private StreamImport() {}

  /** Asked now and then. */
  @FunctionalInterface
  public interface Turn {

    /**
     * Says how far it is.
     *
     * @param pages pages read so far
     * @throws IOException if the import is not wanted any more
     */
    void at(int pages) throws IOException;
  }

  /**
   * Reads a stream into a new session.
   *
   * @param guest the machine that wrote the stream, as Marey starts it
   * @param label of the node
   * @return the open session with one complete node
   * @throws SnapshotException if the stream is none, is of another machine or cannot be read; what
   *     was made of the session is removed then
   */
  public static Session read(
      Path stream, Path sessionFolder, GuestDefinition guest, String label, Turn turn)
      throws SnapshotException {
    if (!Files.isReadable(stream)) {
      throw new SnapshotException(
          "Could not import "
              + stream
              + ": "
              + (Files.exists(stream) ? "it may not be read." : "there is no such file.")
              + " Check the path.");
    }
    boolean folderWasThere = Files.exists(sessionFolder);
    Session session = Session.create(sessionFolder, guest);
    boolean done = false;
    try {
      new Reader(session, turn).read(stream, label);
      done = true;
      return session;
    } finally {
      if (!done) {
        remove(session, folderWasThere);
      }
    }
  }

  /** Also when the disk is too full to close it in order. */
  private static void remove(Session session, boolean keepFolder) {
    try {
      session.close();
    } catch (SnapshotException | RuntimeException e) {
      LOG.debug("closing a session that is removed", e);
    } finally {
      ScratchFolder.remove(session.path(), keepFolder);
    }
  }

  private static final class Reader {
    private final Session session;
    private final Turn turn;
    private final PageMapBuilder map;
    private int pages;

    Reader(Session session, Turn turn) {
      this.session = session;
      this.turn = turn;
      this.map = PageMap.empty(session.pageCount()).change();
    }

    void read(Path stream, String label) throws SnapshotException {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(stream), BUFFER_BYTES)) {
        DeviceState state =
            ForeignStream.read(
                in,
                session.guest().ramBytes(),
                (page, content) -> {
                  turn.at(++pages);
                  try {
                    map.set(page, session.pages().put(content));
                  } catch (SnapshotException e) {
                    throw new IOException(e.getMessage(), e);
                  }
                });
        complete(state, label);
      } catch (MachineException e) {
        throw new SnapshotException("Could not import " + stream + ": " + e.getMessage() + ".", e);
      } catch (IOException e) {
        throw SnapshotException.ofFile("import", stream, e);
      }
    }

    private void complete(DeviceState state, String label)
        throws SnapshotException, MachineException {
      StateStream parsed = StateStream.parse(state);
      boolean ran = RunStateNote.of(parsed).orElse("running").equals("running");
      Node.ConsoleOffset console;
      try (TranscriptWriter transcript = session.beginTranscript(Optional.empty())) {
        console = transcript.offset();
      }
      NodeDraft draft =
          session.begin(
              Optional.empty(),
              label,
              Node.Origin.PERSON,
              Instant.now(),
              Duration.ZERO,
              ran ? RunState.RUNNING : RunState.PAUSED,
              console);
      Node node =
          draft.complete(
              new NodeMaps(map.build(), MachineDisks.untouched(session.diskImages())),
              state,
              parsed.description(),
              CaptureFigures.NONE);
      session.setLivePosition(node.id());
    }
  }
}
