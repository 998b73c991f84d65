package dev.marey.workbench.start;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A session on disk.
 *
 * @param folder where it is
 * @param lastUsed when it was last written
 * @param sizeBytes of everything in it
 * @param nodeCount how many nodes it has
 * @param lastNode title and guest time of the newest node; empty when it has none
 * @param guest what it runs, in a few words
 * @param trouble why it cannot be resumed; empty when it can
 */
public record RecentSession(
    Path folder,
    Instant lastUsed,
    long sizeBytes,
    int nodeCount,
    String lastNode,
    String guest,
    String trouble) {

  public String name() {
    return folder.getFileName() == null ? folder.toString() : folder.getFileName().toString();
  }
}
