package dev.marey.snapshot;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Opens a session where it stood and lives until it is killed. */
public final class OpenedGuest {

  private OpenedGuest() {}

  public static void main(String[] arguments) throws Exception {
    Session session = Session.open(Path.of(arguments[0]));
    LiveGuest live = LiveGuest.open(session, session.livePosition().orElseThrow(), RunAfter.RUN);
    System.out.println("qemu is " + live.machine().pid());
    new CountDownLatch(1).await();
  }
}
