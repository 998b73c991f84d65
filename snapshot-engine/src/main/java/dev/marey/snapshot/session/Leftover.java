package dev.marey.snapshot.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a session that were being written when Marey or the host ended: whole files come into
 * being as {@code NAME.new}. Files of people are left alone, whatever they are called.
 *
 * <p>Threading: no state; while nobody writes the session.
 */
final class Leftover {

  private static final Logger LOG = LoggerFactory.getLogger(Leftover.class);

  private static final Pattern NAMES =
      Pattern.compile(
          "(session|guest|files|bundle|budget|present"
              + "|nodes/S[0-9]+\\.[a-z0-9.]+"
              + "|states/S[0-9]+\\.state"
              + "|shapes/[0-9a-f]+\\.shape"
              + "|console/[0-9]+\\.branch)\\.new");

  private Leftover() {}

  /**
   * Removes a file if it is one.
   *
   * @return whether it is gone
   */
  static boolean remove(Path session, Path file) {
    if (!NAMES.matcher(session.relativize(file).toString()).matches()) {
      return false;
    }
    try {
      Files.delete(file);
      return true;
    } catch (IOException e) {
      LOG.info("{} stays, which a crash left: {}", file, e.getMessage());
      return false;
    }
  }
}
