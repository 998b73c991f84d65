package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;

/**
 * A guest whose session lies on a small disk that fills up and gets room again; says what it met.
 */
public final class FullDiskGuest {

  private FullDiskGuest() {}

  /** First the disk, then a folder elsewhere. */
  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path filler = disk.resolve("filler");
    Files.write(filler, new byte[28 << 20]);
    try (BareMetal guest =
        BareMetal.start(Path.of(arguments[1]), Tuning.STANDARD, disk.resolve("session"))) {
      BareMetal.Expected first = guest.takeWithCopy();
      automaticOnesStop(guest);
      nothingElseIsLost(guest, first);
      say("failed twice: " + failTwice(guest));
      Files.delete(filler);
      exactAgain(guest, first);

      Files.write(filler, new byte[0]);
      try (var grown = Files.newOutputStream(filler)) {
        fill(grown);
      }
      outputThatCannotBeKeptIsTold(guest);
      guest.runABit();
      guest.live().pause();
      say("paused: " + failure(guest.live().snapshot("", Node.Origin.PERSON)));
      say("paused: " + failure(guest.live().snapshot("", Node.Origin.PERSON)));
      Files.delete(filler);
      var ram = guest.ramNow();
      guest.assertNodeIs(new BareMetal.Expected(guest.take(), ram));
      guest.live().resume();
      exactAgain(guest, first);
    }
    try (Session session = Session.open(disk.resolve("session"))) {
      say("damaged " + session.verify().size());
    }
  }

  /** A line for the test, told from those of the log. */
  private static void say(String line) {
    System.out.println("> " + line);
  }

  private static void fill(OutputStream grown) {
    try {
      while (true) {
        grown.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void outputThatCannotBeKeptIsTold(BareMetal guest) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              guest.console().type("s\n".repeat(20));
              return guest.problems().stream()
                  .anyMatch(p -> p.startsWith("What the guest prints is not kept"));
            });
    guest.problems().stream()
        .filter(p -> p.startsWith("What the guest prints is not kept"))
        .limit(1)
        .forEach(FullDiskGuest::say);
  }

  private static void automaticOnesStop(BareMetal guest) {
    guest.live().autoSnapshots(AutoSnapshots.every(Duration.ofMillis(50)));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> guest.problems().stream().anyMatch(p -> p.startsWith("Automatic")));
    long failed =
        guest.session().timeline().nodes().stream()
            .filter(node -> node.state() == NodeState.FAILED)
            .count();
    say("failed " + failed);
    guest.problems().stream().filter(p -> p.startsWith("Automatic")).forEach(FullDiskGuest::say);
    guest.live().autoSnapshots(AutoSnapshots.OFF);
  }

  private static void nothingElseIsLost(BareMetal guest, BareMetal.Expected first)
      throws Exception {
    guest.runABit();
    guest.assertNodeIs(first);
    int nodes = guest.session().timeline().nodes().size();
    guest.runABit();
    assertThat(guest.session().timeline().nodes()).hasSize(nodes);
    say("revert: " + failure(guest.live().revert(first.node().id(), RunAfter.KEEP)));
    guest.runABit();
    say("keep: " + failure(guest.live().keepPresent()));
    guest.runABit();
  }

  /** The second is taken while the first is still being saved. */
  private static boolean failTwice(BareMetal guest) {
    List<CompletableFuture<Node>> both = new ArrayList<>();
    both.add(guest.live().snapshot("", Node.Origin.PERSON));
    both.add(guest.live().snapshot("", Node.Origin.PERSON));
    both.forEach(FullDiskGuest::failure);
    return both.stream().allMatch(CompletableFuture::isCompletedExceptionally);
  }

  private static void exactAgain(BareMetal guest, BareMetal.Expected first) throws Exception {
    BareMetal.Expected now = guest.takeWithCopy();
    guest.assertNodeIs(now);
    guest.live().revert(first.node().id(), RunAfter.PAUSE).get();
    guest.assertLiveIs(first);
    guest.live().revert(now.node().id(), RunAfter.PAUSE).get();
    guest.assertLiveIs(now);
    guest.live().resume();
    guest.runABit();
    guest.assertGuestFindsNoDamage();
    say("exact");
  }

  private static String failure(CompletableFuture<?> future) {
    try {
      return "worked: " + future.get();
    } catch (ExecutionException | CompletionException e) {
      String message = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      return message.contains("the disk is full") ? "the disk is full" : message;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
