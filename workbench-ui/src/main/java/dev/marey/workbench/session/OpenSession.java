package dev.marey.workbench.session;

import dev.marey.diff.FieldHistory;
import dev.marey.diff.PageHistory;
import dev.marey.diff.PageSource;
import dev.marey.diff.RamPair;
import dev.marey.machine.RamLayout;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * An open session with its running guest, as far as the window needs it. Verbs may take long and
 * are called from tasks; they throw what can be shown to a person as it is. Where there is no guest
 * ({@link #withoutGuest}), those that need one throw.
 *
 * <p>Threading: any.
 */
public interface OpenSession extends AutoCloseable {

  /** Told about changes, on any thread. */
  interface Listener {

    /** Nodes came, went or changed. */
    default void timelineChanged() {}

    /** The guest stands at another instant; its console goes on from there. */
    default void reverted(RevertDone revert) {}

    /** Something went wrong that no verb reports. */
    default void problem(String what) {}

    /** Another QEMU is live; its screen must be connected anew. */
    default void machineReplaced() {}
  }

  /** Name for titles. */
  String name();

  Path folder();

  /** Why there is no guest, for people; empty while there is one, or was until it ended. */
  default Optional<String> withoutGuest() {
    return Optional.empty();
  }

  Timeline timeline();

  /** The node of this id or, if only one has it, this label; fails with words for a person. */
  Node find(String idOrLabel) throws SnapshotException;

  /** What of the guest's command line was left out or changed, one sentence each. */
  List<String> notices();

  /** What the guest is doing now; cheap, asked ten times a second. */
  LiveSample live();

  void addListener(Listener listener);

  void run() throws SnapshotException, InterruptedException;

  void pause() throws SnapshotException, InterruptedException;

  void reset() throws SnapshotException, InterruptedException;

  Node snapshot(String label, Progress progress) throws SnapshotException, InterruptedException;

  /** Goes to the node, keeping the present first if the guest ran since its last node. */
  RevertDone revert(NodeId node, boolean invertRunState, Progress progress)
      throws SnapshotException, InterruptedException;

  /** Undoes the last revert. */
  RevertDone undo(Progress progress) throws SnapshotException, InterruptedException;

  /** Goes to the instant visited before this one. */
  RevertDone back(Progress progress) throws SnapshotException, InterruptedException;

  /** Goes to the instant visited after this one. */
  RevertDone forward(Progress progress) throws SnapshotException, InterruptedException;

  void mark(NodeId node, String label, String note, boolean pinned) throws SnapshotException;

  /** Gives the node these tags and no others. */
  void tag(NodeId node, Tags tags) throws SnapshotException;

  void delete(NodeId node) throws SnapshotException;

  /** Brings back the node deleted last, if there is one. */
  Optional<Node> undoDelete() throws SnapshotException;

  /** Writes a node into a new file, and its disks beside it; none is left when it is cancelled. */
  NodeExport.Exported export(NodeId node, NodeExport.Form form, Path file, Progress progress)
      throws SnapshotException;

  /** The same for all sessions of the same guest. */
  String guestKey();

  /** Whether nodes are taken by themselves now; they stop by themselves at the disk budget. */
  boolean takesAutoSnapshots();

  /** Takes nodes by itself from now on, or no longer. */
  void autoSnapshots(Optional<Duration> every);

  /** Sets the room the session may take on disk before automatic nodes stop, in bytes. */
  void setBudget(long bytes) throws SnapshotException;

  /** Automatic nodes that could go. */
  ThinningPreview thinningPreview() throws SnapshotException;

  /**
   * Removes the nodes of a preview for good, those that may still go.
   *
   * @return how many, and the bytes of disk they gave back
   */
  Thinned thinOut(ThinningPreview preview) throws SnapshotException, InterruptedException;

  /** Gives a line to QEMU's monitor of the live guest, or says why not. */
  MonitorAnswer monitor(String line) throws SnapshotException, InterruptedException;

  /** Sends what was typed to the guest's serial console. */
  void type(byte[] bytes);

  /** Gets the console's output. */
  @FunctionalInterface
  interface ConsoleOutput {
    /**
     * Called on any thread; bytes are the listener's to keep.
     *
     * @param end where in the transcript they end
     */
    void printed(byte[] bytes, Node.ConsoleOffset end);
  }

  /** Sends the console's output from now on. */
  void onConsole(ConsoleOutput output);

  /** Where in the transcript the present is. */
  Node.ConsoleOffset consoleNow();

  /**
   * Packs nodes into a file that must not be there yet.
   *
   * @param nodes none for all that are complete
   * @return how many are in it
   */
  int bundle(List<NodeId> nodes, Path file, Progress progress) throws SnapshotException;

  /** What the console printed from the start of the guest up to there, across branches. */
  byte[] transcript(Node.ConsoleOffset upTo) throws SnapshotException;

  /** Length of that transcript: where a node lies in the transcripts of what came of it. */
  long transcriptBytes(Node.ConsoleOffset upTo) throws SnapshotException;

  /** Where RAM lies in the guest's address space; empty before the guest has started. */
  Optional<RamLayout> ramLayout();

  /** Unix socket of the guest's screen, if it has one. */
  Optional<Path> screenSocket();

  /** RAM of the present. Changes while it is read unless the guest is paused. */
  PageSource liveRam();

  /** RAM of a complete node. */
  PageSource ramOf(NodeId node) throws SnapshotException;

  /** RAM of two complete nodes, to be compared. */
  RamPair ramOf(NodeId a, NodeId b) throws SnapshotException;

  /** In which pairs of nodes before these two the pages of RAM changed. */
  PageHistory historyOf(NodeId a, NodeId b) throws SnapshotException;

  /**
   * In which pairs of nodes before these two the fields of the devices changed; reads the states of
   * up to 21 nodes.
   *
   * @throws CancellationException if nobody wants it any more
   */
  FieldHistory fieldHistoryOf(NodeId a, NodeId b, Progress progress);

  /** The disks of a complete node, in the guest's order; none if it writes none. */
  List<DiskState> disksOf(NodeId node) throws SnapshotException;

  /** Device state of a complete node. */
  StateTree stateOf(NodeId node) throws SnapshotException;

  /** Device state of the present; empty unless the guest stands still. */
  Optional<StateTree> liveState() throws SnapshotException, InterruptedException;

  /**
   * Makes the present a node unless it is one. The guest stands still afterwards; it goes on as it
   * was when this fails.
   */
  Optional<NodeId> keepPresent(Progress progress) throws SnapshotException, InterruptedException;

  /** Ends the guest without keeping the present. */
  void abandon() throws SnapshotException;

  /** Keeps the present as a node and ends the guest, also when it could not be kept. */
  @Override
  void close() throws SnapshotException;
}
