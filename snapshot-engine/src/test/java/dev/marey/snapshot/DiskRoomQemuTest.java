package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a guest wrote to its disk takes room as long as a node has it. */
@Timeout(120)
final class DiskRoomQemuTest {

  private static final int KIBIBYTES = 64 << 10;
  private static final int WRITTEN_MIB = 24;

  @TempDir Path folder;

  /**
   * Sabotage that fails it: blocks of disks left out when pages are freed, or all of them freed.
   */
  @Test
  void deletedNodesGiveTheRoomOfTheirDisksBack() throws Exception {
    Tools.makeExt4(folder.resolve("disk.img"), KIBIBYTES >> 10);
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(128));
    line.addAll(List.of("-drive", "file=" + folder + "/disk.img,format=raw,if=virtio"));
    Path path = folder.resolve("session");
    NodeId first;
    NodeId last;
    List<Long> addresses;
    long full;
    try (LedgerGuest guest = LedgerGuest.start(folder, path, line, KIBIBYTES)) {
      first = guest.take().id();
      String file = "/mnt/" + KIBIBYTES + "/f";
      String write = " bs=1M count=" + WRITTEN_MIB + " oflag=direct conv=notrunc";
      type(guest, "dd if=/dev/urandom of=" + file + write, WRITTEN_MIB + "\\+0 records out");
      Node written = guest.take();
      type(guest, "dd if=/dev/zero of=" + file + write, WRITTEN_MIB + "\\+0 records out");
      guest.runABit();
      last = guest.take().id();
      full = guest.session().sizeBytes();
      guest.session().delete(written.id());
      addresses = guest.ledgers().addresses();
    }
    try (Session session = Session.open(path)) {
      assertThat(full - session.sizeBytes()).isGreaterThan((long) WRITTEN_MIB << 20);
      assertThat(session.verify()).isEmpty();
      Ledgers ledgers = new Ledgers(session, folder);
      addresses.forEach(ledgers::add);
      ledgers.assertDisksAgreeWithRam(first);
      ledgers.assertDisksAgreeWithRam(last);
    }
  }

  private static void type(LedgerGuest guest, String line, String answer) {
    guest.console().clear();
    guest.console().type(line);
    guest.console().await(answer);
  }
}
