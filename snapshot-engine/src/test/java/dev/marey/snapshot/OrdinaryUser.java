package dev.marey.snapshot;

import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.file.Path;
import java.util.List;

/** Boots a guest, takes a node, goes back to it; says in one line what came of it. */
final class OrdinaryUser {

  private OrdinaryUser() {}

  /** Takes a folder of the user's and the bare-metal guest. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    List<String> line =
        List.of(
            "qemu-system-x86_64",
            "-m",
            "64M",
            "-kernel",
            arguments[1],
            "-vga",
            "none",
            "-nic",
            "none");
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("counter 3\\D");
      Node node = live.snapshot("", Node.Origin.PERSON).get();
      console.await("counter 8\\D");
      live.revert(node.id(), RunAfter.PAUSE).get();
      console.clear();
      live.resume();
      int counter = Integer.parseInt(console.await("counter (\\d+)\\D").group(1));
      System.out.println(
          counter < 8
              ? "reverted to " + node.id() + ", counter goes on"
              : "after the revert the counter was " + counter);
      live.abandon();
    } catch (SnapshotException e) {
      System.out.println(e.getMessage());
    }
  }
}
