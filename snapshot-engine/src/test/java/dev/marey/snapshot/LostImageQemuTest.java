package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.PageNumber;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.Tools;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The person's image is not what it was. */
@Timeout(120)
final class LostImageQemuTest {

  @TempDir Path folder;

  private List<String> withDisk(List<String> line) {
    List<String> all = new ArrayList<>(line);
    all.addAll(List.of("-drive", "file=" + image() + ",format=raw,if=virtio"));
    return all;
  }

  private Path image() {
    return folder.resolve("disk.img");
  }

  @Test
  void anImageThatIsMissingOrOfAnotherLengthIsNamedAndNodesCanStillBeLookedAt() throws Exception {
    Path path = folder.resolve("session");
    Tools.makeExt4(image(), 8);
    try (Session session =
            Session.create(
                path, CommandLine.of(withDisk(TestGuests.bareMetalCommandLine(64))).accept());
        LiveGuest live = LiveGuest.start(session)) {
      Node unused = live.snapshot("", Node.Origin.PERSON).get();
      live.pause();
      unused = live.snapshot("", Node.Origin.PERSON).get();
    }
    NodeId one = new NodeId(1);
    Path away = folder.resolve("away.img");
    Files.move(image(), away);
    try (Session session = Session.open(path)) {
      assertThat(session.problems())
          .containsExactly(
              "The guest's file "
                  + image()
                  + " is not there any more. Snapshots can be looked at; to let the guest run, put"
                  + " it back.");
      assertThat(session.verify()).isEmpty();
      ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
      for (int i = 0; i < session.pageCount(); i++) {
        session.content(one).readPage(new PageNumber(i), page);
      }
      assertThat(session.content(one).stateTree()).isNotNull();
      String missing =
          "The disk -drive file="
              + image()
              + ",format=raw,if=virtio can't be read: there is no file "
              + image()
              + ". Put it back where it was.";
      assertThatThrownBy(() -> LiveGuest.open(session, one, RunAfter.PAUSE)).hasMessage(missing);
      assertThatThrownBy(() -> LiveGuest.start(session)).hasMessage(missing);

      Tools.makeExt4(image(), 9);
      assertThatThrownBy(() -> LiveGuest.open(session, one, RunAfter.PAUSE))
          .hasMessage(
              "The disk -drive file="
                  + image()
                  + ",format=raw,if=virtio has another size than when the session was made: "
                  + image()
                  + " was replaced. Put the old one back.");

      Files.delete(image());
      Files.move(away, image());
      LiveGuest.open(session, one, RunAfter.PAUSE).abandon();
    }
  }

  @Test
  void aDiskThatCannotBeReadIsToldOnce() throws Exception {
    Tools.makeExt4(image(), 32);
    try (LedgerGuest guest =
        LedgerGuest.start(
            folder,
            folder.resolve("session"),
            withDisk(TestGuests.demoCommandLine(128)),
            32 << 10)) {
      try (var file = Files.newByteChannel(image(), StandardOpenOption.WRITE)) {
        file.truncate(20 << 20);
      }
      guest
          .console()
          .type("for i in 1 2 3 4; do dd if=/dev/vda of=/dev/null bs=4k skip=7000; done");
      Awaitility.await().until(() -> guest.console().text().split("I/O error").length > 4);
      guest.console().await("(?s)(dd: .*){4}");
      assertThat(guest.problems())
          .containsExactly(
              "The guest's disk virtio0 could not be read: Input/output error. The guest was told"
                  + " so. Complete nodes are safe; if it does not mend itself, go back to one.");
    }
  }
}
