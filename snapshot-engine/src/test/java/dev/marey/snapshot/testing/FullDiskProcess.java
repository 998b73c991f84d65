package dev.marey.snapshot.testing;

import dev.marey.snapshot.NodeDraft;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Fills a small file system with a session, then makes room; prints what it met. */
public final class FullDiskProcess {

  private FullDiskProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path filler = disk.resolve("filler");
    Files.write(filler, new byte[1 << 20]);
    Path folder = disk.resolve("session");
    try (Session session = Session.create(folder, SmallSession.guest(64))) {
      NodeId first = SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3).id();
      NodeDraft draft = SmallSession.begin(session, Optional.of(first), "too big");
      try {
        for (int seed = 0; seed < 2000; seed++) {
          session.pages().put(RandomPages.noise(seed));
        }
        System.out.println("not full");
      } catch (SnapshotException e) {
        System.out.println(e.getMessage());
        draft.fail(e.getMessage());
      }
      System.out.println(session.timeline().find(draft.id()).orElseThrow().state());
      System.out.println("damaged " + session.verify().size());
      Files.delete(filler);
      SmallSession.addNode(session, Optional.of(first), "", 5000, 4, 5, 6);
    }
    try (Session session = Session.open(folder)) {
      session
          .timeline()
          .nodes()
          .forEach(node -> System.out.println(node.id() + " " + node.state()));
      System.out.println("damaged " + session.verify().size());
    }
  }
}
