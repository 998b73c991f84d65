package dev.marey.snapshot;

import dev.marey.machine.console.SerialConsole;
import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.session.TranscriptWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest's serial console as a person sees it: it stays the same when another QEMU takes over,
 * and everything the guest prints goes into the session's transcript.
 *
 * <p>Threading: any.
 */
public final class LiveConsole {

  private static final Logger LOG = LoggerFactory.getLogger(LiveConsole.class);

  /** Receives what the guest prints. */
  @FunctionalInterface
  public interface Listener {
    /** Called on the console's reader thread; must return soon and not keep the array. */
    void printed(byte[] bytes);
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable SerialConsole serial;
  private final LiveNews news;
  private volatile TranscriptWriter transcript;
  private volatile boolean losing;

  /**
   * Of a guest that runs on from a node, or from its beginning.
   *
   * @param from where in the transcript it goes on
   * @param news told when output can't be kept
   */
  LiveConsole(Session session, Optional<ConsoleOffset> from, LiveNews news)
      throws SnapshotException {
    this.news = news;
    this.transcript = session.beginTranscript(from);
  }

  /** The guest goes on from another instant; what it prints now goes into this transcript. */
  void goOn(TranscriptWriter branch) {
    TranscriptWriter left = transcript;
    transcript = branch;
    close(left);
    SerialConsole console = serial;
    if (console != null) {
      console.discardInput();
    }
  }

  /** Returns when what a guest that stands still has printed is in the transcript. */
  void settle() {
    SerialConsole console = serial;
    if (console != null) {
      console.settle();
    }
  }

  static void close(TranscriptWriter transcript) {
    try {
      transcript.close();
    } catch (SnapshotException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  /** Where in the transcript the present is; exact when asked by a listener. */
  public ConsoleOffset offset() {
    return transcript.offset();
  }

  /** From now on speaks to this machine's console. */
  void connect(SerialConsole console) {
    serial = console;
    console.addListener(bytes -> received(console, bytes));
  }

  private void received(SerialConsole from, byte[] bytes) {
    if (from != serial) {
      return;
    }
    try {
      transcript.append(bytes, 0, bytes.length);
      losing = false;
    } catch (SnapshotException e) {
      tellOnce(e);
    }
    for (Listener listener : listeners) {
      listener.printed(bytes);
    }
  }

  /** Said once, not at every line, until output can be kept again. */
  private void tellOnce(SnapshotException cause) {
    if (!losing) {
      losing = true;
      news.problem(
          "What the guest prints is not kept for its nodes: "
              + cause.getMessage()
              + " The console itself goes on.");
    }
  }

  /** Types into the console. Returns at once; the guest takes it as fast as its UART can. */
  public void type(byte[] bytes) {
    SerialConsole console = serial;
    if (console != null) {
      console.write(bytes);
    }
  }

  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  void close() {
    close(transcript);
  }

  /** Ends the transcript and removes it, as if the guest had printed nothing. */
  void discardTranscript() {
    try {
      transcript.discard();
    } catch (SnapshotException e) {
      LOG.warn("a transcript nobody needs stays: {}", e.getMessage());
    }
  }
}
