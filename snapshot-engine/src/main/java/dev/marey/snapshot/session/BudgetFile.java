package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The disk budget that a person has set for a session: {@code {"bytes": …}}.
 *
 * <p>Threading: one thread at a time.
 */
public final class BudgetFile {

  private final CountedFiles files;
  private final Path path;

  public BudgetFile(SessionFolder session) {
    this.files = session.files();
    this.path = session.path().resolve("budget");
  }

  /** Empty if none was set. */
  public OptionalLong load() throws SnapshotException {
    if (!Files.exists(path)) {
      return OptionalLong.empty();
    }
    JsonNode bytes = SessionFolder.json(path, "budget").path("bytes");
    if (!bytes.canConvertToLong() || bytes.asLong() <= 0) {
      throw new DamagedFileException(path, "its content makes no sense");
    }
    return OptionalLong.of(bytes.asLong());
  }

  /** Durable when it returns. */
  public void save(long bytes) throws SnapshotException {
    ObjectNode json = SessionFolder.JSON.createObjectNode().put("bytes", bytes);
    files.write(path, "budget", SessionFolder.bytes(json));
  }
}
