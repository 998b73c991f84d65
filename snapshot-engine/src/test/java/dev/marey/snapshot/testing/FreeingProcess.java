package dev.marey.snapshot.testing;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/** Fills a small file system to the last byte, deletes a node and closes; prints what it met. */
public final class FreeingProcess {

  private FreeingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path folder = disk.resolve("session");
    try (Session session = Session.create(folder, SmallSession.guest(512))) {
      SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3);
      int[] pages = IntStream.range(0, 512).toArray();
      SmallSession.addNode(session, Optional.of(SmallSession.S1), "", 10_000, pages);
      SmallSession.addNode(session, Optional.of(SmallSession.S1), "", 20_000, 4, 5, 6);
      fill(disk.resolve("filler"));
      session.delete(SmallSession.S2);
    } catch (SnapshotException e) {
      System.out.println(e.getMessage());
    }
    System.out.println("room again: " + (disk.toFile().getUsableSpace() > 900_000));
    try (Session session = Session.open(folder)) {
      session
          .timeline()
          .nodes()
          .forEach(node -> System.out.println(node.id() + " " + node.state()));
      System.out.println("damaged " + session.verify().size());
    }
  }

  private static void fill(Path filler) throws IOException {
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] piece = new byte[4096];
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      System.out.println("full");
    }
  }
}
