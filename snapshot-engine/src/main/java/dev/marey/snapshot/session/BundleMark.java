package dev.marey.snapshot.session;

import dev.marey.snapshot.SnapshotException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which bundle a session was unpacked from: the SHA-256 of that file, in the file {@code bundle}.
 */
public final class BundleMark {

  private static final String NAME = "bundle";

  private BundleMark() {}

  /** Durable when it returns. */
  public static void write(Path session, String sha256) throws SnapshotException {
    SealedFile.write(session.resolve(NAME), NAME, sha256.getBytes(StandardCharsets.US_ASCII));
  }

  /** Empty if it came from none, or nobody can tell. */
  public static Optional<String> read(Path session) {
    try {
      return Files.exists(session.resolve(NAME))
          ? Optional.of(
              new String(SealedFile.read(session.resolve(NAME), NAME), StandardCharsets.US_ASCII))
          : Optional.empty();
    } catch (SnapshotException e) {
      return Optional.empty();
    }
  }
}
