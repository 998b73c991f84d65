package dev.marey.snapshot.testing;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.ThinningRule;
import dev.marey.snapshot.store.PageLease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Takes nodes, thins and sweeps until it is killed; says what is complete or gone. */
public final class SweepingProcess {

  private SweepingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Random random = new Random(Long.parseLong(arguments[1]));
    ThinningRule rule = new ThinningRule(List.of(), Duration.ofSeconds(4));
    try (Session session = Session.open(Path.of(arguments[0]))) {
      System.out.println("open");
      Optional<NodeId> parent = session.livePosition();
      Duration time =
          parent.isPresent()
              ? session.timeline().find(parent.get()).orElseThrow().guestTime()
              : Duration.ZERO;
      while (true) {
        time = time.plusSeconds(1);
        int content = random.nextInt(6) * 500;
        int[] pages = random.ints(200, 0, session.pageCount()).sorted().distinct().toArray();
        PageLease lease = session.pages().lease();
        try {
          boolean named = random.nextInt(8) == 0;
          Node node = SmallSession.addAutomatic(session, parent, time, content, pages);
          if (named) {
            session.pin(node.id(), true);
            System.out.println("kept " + node.id());
          }
          parent = Optional.of(node.id());
        } finally {
          lease.close();
        }
        for (NodeId gone : session.thin(rule, Set.of())) {
          System.out.println("gone " + gone);
        }
        long unused = session.giveRoomBack();
      }
    }
  }
}
