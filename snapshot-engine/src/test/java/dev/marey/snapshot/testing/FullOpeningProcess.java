package dev.marey.snapshot.testing;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Opens a session on a disk that is full to the last byte, deletes a node that another one hangs on
 * and closes; says what it met.
 */
public final class FullOpeningProcess {

  private FullOpeningProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path folder = disk.resolve("session");
    try (Session session = Session.create(folder, SmallSession.guest(512))) {
      SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3);
      int[] pages = IntStream.range(0, 512).toArray();
      SmallSession.addNode(session, Optional.of(S1), "", 10_000, pages);
      SmallSession.addNode(session, Optional.of(S2), "", 0, pages);
      SmallSession.addNode(session, Optional.of(S1), "", 20_000, 4, 5, 6);
    }
    fill(disk.resolve("filler"));
    try (Session session = Session.openReadOnly(folder)) {
      say("to read: " + session.problems());
    }
    // As the window does before it deletes the files of a session.
    Session.open(folder).close();
    say("closed as it was");
    try (Session session = Session.open(folder)) {
      session.problems().forEach(problem -> say("to write: " + problem));
      session.delete(S2);
    }
    say("room again: " + (disk.toFile().getUsableSpace() > 900_000));
    try (Session session = Session.open(folder)) {
      for (Node node : session.timeline().nodes()) {
        say(
            node.id()
                + " on "
                + node.parent().map(NodeId::toString).orElse("nothing")
                + ", "
                + node.figures().pagesChanged().orElse(-1)
                + " pages changed");
      }
      say("problems " + session.problems() + ", damaged " + session.verify().size());
    }
  }

  /** A line for the test, told from those of the log. */
  private static void say(String line) {
    System.out.println("> " + line);
  }

  private static void fill(Path filler) {
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] piece = new byte[4096];
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      say("full");
    }
  }
}
