package dev.marey.snapshot;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What one capture cost.
 *
 * @param pause time the guest stood still for it, from QEMU's event STOP to its event RESUME; zero
 *     when it was paused anyway
 * @param deviceState from the order to stop until the guest stood still and its device state was
 *     here
 * @param arm part of the pause spent write-protecting
 * @param saved from the end of the pause until the last page was stored
 * @param pagesDirty pages written since the parent, all of which had to be armed and stored
 * @param pagesWrittenDuringSave of those, the pages that the guest was about to write and that were
 *     therefore saved first
 * @param bytesStored bytes added to the page store
 * @param pagesChanged pages whose content differs from the parent's, of a node without a parent
 *     those that are not all zeroes; known when the node is complete, and not of nodes that an
 *     older Marey took
 */
public record CaptureFigures(
    Duration pause,
    Duration deviceState,
    Duration arm,
    Duration saved,
    int pagesDirty,
    int pagesWrittenDuringSave,
    long bytesStored,
    OptionalInt pagesChanged) {

  public static final CaptureFigures NONE =
      new CaptureFigures(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0);

  /** What is known before the node is complete. */
  public CaptureFigures(
      Duration pause,
      Duration deviceState,
      Duration arm,
      Duration saved,
      int pagesDirty,
      int pagesWrittenDuringSave,
      long bytesStored) {
    this(
        pause,
        deviceState,
        arm,
        saved,
        pagesDirty,
        pagesWrittenDuringSave,
        bytesStored,
        OptionalInt.empty());
  }

  /** The same, compared with a parent. */
  public CaptureFigures withPagesChanged(OptionalInt changed) {
    return new CaptureFigures(
        pause, deviceState, arm, saved, pagesDirty, pagesWrittenDuringSave, bytesStored, changed);
  }
}
