package dev.marey.workbench.engine;

import dev.marey.machine.GuestDefinition;
import dev.marey.snapshot.LiveConsole;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session just made with its guest, which boots. Owns both until it is closed. A session that did
 * not come to a node is taken away again, so that what made it can be repeated.
 *
 * <p>Threading: one thread.
 */
public final class NewSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NewSession.class);

  private final Session session;
  private final LiveGuest live;
  private final boolean folderWasThere;
  private boolean ended;

  private NewSession(Session session, LiveGuest live, boolean folderWasThere) {
    this.session = session;
    this.live = live;
    this.folderWasThere = folderWasThere;
  }

  /**
   * Boots the guest.
   *
   * @param folder of the session; does not exist yet or is empty
   * @param console gets what the guest prints, from its first byte on
   */
  public static NewSession boot(Path folder, GuestDefinition guest, LiveConsole.Listener console)
      throws SnapshotException {
    boolean folderWasThere = Files.exists(folder);
    Session session = Session.create(folder, guest);
    try {
      return new NewSession(session, LiveGuest.start(session, console), folderWasThere);
    } catch (SnapshotException | RuntimeException e) {
      // Whoever cancels interrupts, and files are not closed in order by an interrupted thread.
      boolean interrupted = Thread.interrupted();
      closeQuietly(session);
      remove(folder, folderWasThere);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  public Session session() {
    return session;
  }

  public LiveGuest live() {
    return live;
  }

  /** Sets the session's disk budget, if one is wished, in bytes. */
  public void setBudget(Optional<Long> bytes) throws SnapshotException {
    if (bytes.isPresent()) {
      session.setBudget(bytes.get());
    }
  }

  /** Ends the guest; its present becomes a node. */
  public void keepPresentAndClose() throws SnapshotException {
    ended = true;
    try (session) {
      live.close();
    }
  }

  /** Ends the guest; nodes that are complete stay, the present is dropped. */
  @Override
  public void close() throws SnapshotException {
    if (ended) {
      return;
    }
    ended = true;
    boolean empty;
    try (session) {
      live.abandon();
      empty = session.timeline().nodes().isEmpty();
    }
    if (empty) {
      remove(session.path(), folderWasThere);
    }
  }

  private static void closeQuietly(Session session) {
    try {
      session.close();
    } catch (SnapshotException e) {
      LOG.warn("closing a session without nodes: {}", e.getMessage());
    }
  }

  private static void remove(Path folder, boolean keepFolder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        if (!keepFolder || !file.equals(folder)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("a session without nodes stays in {}: {}", folder, e.getMessage());
    }
  }
}
