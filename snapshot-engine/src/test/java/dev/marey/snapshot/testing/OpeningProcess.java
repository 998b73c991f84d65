package dev.marey.snapshot.testing;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.nio.file.Path;

/** Opens a session and closes it; prints how many nodes it has, or why it does not open. */
public final class OpeningProcess {

  private OpeningProcess() {}

  public static void main(String[] arguments) {
    try (Session session = Session.open(Path.of(arguments[0]))) {
      System.out.println(session.timeline().nodes().size());
    } catch (SnapshotException e) {
      System.out.println(e.getMessage());
    }
  }
}
