package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A guest that writes its disk while the host's disk that holds the session fills up and gets room
 * again; says what it met.
 */
public final class FullDiskLedger {

  private FullDiskLedger() {}

  /** First the disk, then a folder elsewhere. */
  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    Path filler = disk.resolve("filler");
    Tools.makeExt4(folder.resolve("disk.img"), 32);
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(128));
    line.addAll(List.of("-drive", "file=" + folder + "/disk.img,format=raw,if=virtio"));
    try (LedgerGuest guest = LedgerGuest.start(folder, disk.resolve("session"), line, 32 << 10)) {
      Node before = guest.take();
      fill(filler);
      awaitPause(guest, 1);
      say(ofTheDisk(guest).get(0));
      say("running: " + guest.live().machine().currentRunState());
      say(
          guest
                  .live()
                  .snapshot("", Node.Origin.PERSON)
                  .handle((node, failure) -> failure != null)
                  .get()
              ? "no node"
              : "a node");
      guest.live().resume();
      awaitPause(guest, 2);
      say("again: " + ofTheDisk(guest).get(0).equals(ofTheDisk(guest).get(1)));
      Files.delete(filler);
      guest.live().resume();
      guest.runABit();
      Node after = guest.take();
      for (RevertWay way : RevertWay.values()) {
        for (Node node : List.of(before, after)) {
          guest.ledgers().assertDisksAgreeWithRam(node.id());
          Revert unused = guest.live().revert(node.id(), RunAfter.RUN, way).get();
          guest.runABit();
        }
      }
      say("ledger intact");
      say("damaged " + guest.session().verify().size());
    }
  }

  /** A line for the test, told from those of the log. */
  private static void say(String line) {
    System.out.println("> " + line);
  }

  private static void awaitPause(LedgerGuest guest, int problems) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                ofTheDisk(guest).size() >= problems
                    && guest.live().status().runState() == RunState.PAUSED);
    assertThat(ofTheDisk(guest)).hasSize(problems);
  }

  private static List<String> ofTheDisk(LedgerGuest guest) {
    return guest.problems().stream().filter(p -> p.startsWith("The guest's disk")).toList();
  }

  private static void fill(Path filler) throws IOException {
    try (OutputStream grown = Files.newOutputStream(filler)) {
      byte[] much = new byte[4096];
      while (true) {
        grown.write(much);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
