package dev.marey.snapshot;

import java.time.Duration;

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
 */
public record CaptureFigures(
    Duration pause,
    Duration deviceState,
    Duration arm,
    Duration saved,
    int pagesDirty,
    int pagesWrittenDuringSave,
    long bytesStored) {

  public static final CaptureFigures NONE =
      new CaptureFigures(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0);
}
