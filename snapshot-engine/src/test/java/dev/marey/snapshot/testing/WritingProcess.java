package dev.marey.snapshot.testing;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.Session;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens a session and adds nodes until it is killed; prints the id of each one that is complete.
 */
public final class WritingProcess {

  private WritingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Session session = Session.open(Path.of(arguments[0]));
    System.out.println("open");
    for (int i = 0; ; i++) {
      Node node =
          SmallSession.addNode(
              session, session.livePosition(), "", 10_000 * (i + 1), 1, 2, 30 + i % 30);
      System.out.println(node.id());
      if (i % 5 == 4) {
        SmallSession.begin(session, Optional.of(node.id()), "never finished");
      }
    }
  }
}
