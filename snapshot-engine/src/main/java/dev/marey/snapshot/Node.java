package dev.marey.snapshot;

import dev.marey.machine.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One captured instant as the timeline knows it; its RAM and device state are read through {@link
 * Session}. Immutable: a change makes a new value with the same id.
 *
 * @param id name in the session
 * @param parent the instant the guest ran on from, or the nearest before it that was not deleted;
 *     empty for a session's first node
 * @param label what the person called it; empty when unnamed
 * @param note free text
 * @param pinned never thinned
 * @param tags words to find it by
 * @param origin who asked for it
 * @param state saving, complete, failed or damaged
 * @param reason why it failed or is damaged, in plain words; empty otherwise
 * @param takenAt wall time of the pause
 * @param guestTime QEMU's virtual clock at the pause: time the guest has been running
 * @param runState what the machine was doing; a revert gives it back
 * @param lane column of the branch in the timeline, 0 for the first; never changes
 * @param console position in the console transcript
 * @param figures what the capture cost
 */
public record Node(
    NodeId id,
    Optional<NodeId> parent,
    String label,
    String note,
    boolean pinned,
    Tags tags,
    Origin origin,
    NodeState state,
    String reason,
    Instant takenAt,
    Duration guestTime,
    RunState runState,
    int lane,
    ConsoleOffset console,
    CaptureFigures figures) {

  /** Who asked for a node. */
  public enum Origin {
    /** A person, by button, key or command. */
    PERSON,
    /** A timer or trigger. */
    AUTOMATIC,
    /** A revert or the closing of a session, so that the present is not lost. */
    KEPT_PRESENT
  }

  /**
   * Where in the console's output a node lies.
   *
   * @param branch number of the transcript file that was written at the time; see {@link Session}
   * @param bytes how many bytes of that file came before the node
   */
  public record ConsoleOffset(int branch, long bytes) {}

  /** Label if it has one, otherwise the id. */
  public String title() {
    return label.isEmpty() ? id.toString() : label;
  }

  /** The same, hanging on another node. */
  public Node withParent(Optional<NodeId> newParent) {
    return new Node(
        id, newParent, label, note, pinned, tags, origin, state, reason, takenAt, guestTime,
        runState, lane, console, figures);
  }

  public Node withState(NodeState newState, String newReason) {
    return new Node(
        id, parent, label, note, pinned, tags, origin, newState, newReason, takenAt, guestTime,
        runState, lane, console, figures);
  }

  public Node withFigures(CaptureFigures newFigures) {
    return new Node(
        id,
        parent,
        label,
        note,
        pinned,
        tags,
        origin,
        state,
        reason,
        takenAt,
        guestTime,
        runState,
        lane,
        console,
        newFigures);
  }

  public Node withMarks(String newLabel, String newNote, boolean newPinned) {
    return new Node(
        id, parent, newLabel, newNote, newPinned, tags, origin, state, reason, takenAt, guestTime,
        runState, lane, console, figures);
  }

  public Node withTags(Tags newTags) {
    return new Node(
        id, parent, label, note, pinned, newTags, origin, state, reason, takenAt, guestTime,
        runState, lane, console, figures);
  }
}
