package dev.marey.workbench.session;

import dev.marey.machine.RunState;
import dev.marey.snapshot.NodeId;
import java.time.Duration;
import java.util.Optional;

/**
 * The live guest at one moment.
 *
 * @param runState what it is doing
 * @param guestTime its virtual clock
 * @param base the node the present came from
 * @param differs whether the present may differ from that node
 * @param saving the node whose pages are being stored
 * @param savedPages of those, stored ones
 * @param pagesToSave pages of that node
 * @param loadedPages pages in place after a revert
 * @param pagesToLoad pages that the revert has to load; 0 when nothing is loading
 * @param sessionBytes bytes of the session on disk
 * @param mayUndo whether a revert can be undone
 * @param mayGoBack whether an instant was visited before this one
 * @param mayGoForward whether an instant was visited after this one
 * @param budgetBytes bytes it may have; 0 for no limit
 */
public record LiveSample(
    RunState runState,
    Duration guestTime,
    Optional<NodeId> base,
    boolean differs,
    Optional<NodeId> saving,
    int savedPages,
    int pagesToSave,
    int loadedPages,
    int pagesToLoad,
    boolean mayUndo,
    boolean mayGoBack,
    boolean mayGoForward,
    long sessionBytes,
    long budgetBytes) {

  /** No guest. */
  public static final LiveSample NONE =
      new LiveSample(
          RunState.ENDED,
          Duration.ZERO,
          Optional.empty(),
          false,
          Optional.empty(),
          0,
          0,
          0,
          0,
          false,
          false,
          false,
          0,
          0);
}
