package dev.marey.snapshot.session;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.file.Path;

/**
 * Files of the guest that lie in the session's own folder, below {@link #FOLDER}: those that came
 * with a bundle. Where a session's files name them, {@code {marey.session}} stands for the session,
 * so that it can be moved.
 */
public final class OwnFiles {

  /** Folder in the session's folder. */
  public static final String FOLDER = "guest-files";

  private static final String SESSION = "{marey.session}";

  private OwnFiles() {}

  /** Where they are. */
  public static Path in(Path session) {
    return session.resolve(FOLDER);
  }

  /** Text of JSON as it is written into a session in that folder. */
  static String placed(String json, Path session) {
    return json.replace(inJson(session) + "/" + FOLDER + "/", SESSION + "/" + FOLDER + "/");
  }

  /** Text of JSON as it is read there. */
  static String found(String json, Path session) {
    return json.replace(SESSION + "/" + FOLDER + "/", inJson(session) + "/" + FOLDER + "/");
  }

  /** A path as it is written into a session in that folder. */
  static String placed(Path file, Path session) {
    Path own = in(session.toAbsolutePath());
    return file.startsWith(own)
        ? SESSION + "/" + FOLDER + "/" + own.relativize(file)
        : file.toString();
  }

  /** A path as it is read there. */
  static Path foundPath(String text, Path session) {
    String prefix = SESSION + "/" + FOLDER + "/";
    return text.startsWith(prefix)
        ? in(session.toAbsolutePath()).resolve(text.substring(prefix.length()))
        : Path.of(text);
  }

  private static String inJson(Path session) {
    return String.valueOf(
        JsonStringEncoder.getInstance().quoteAsString(session.toAbsolutePath().toString()));
  }
}
