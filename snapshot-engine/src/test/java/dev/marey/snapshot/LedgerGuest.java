package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Linux, alive in a session, that writes a ledger on each of its ext4 disks: the same number to a
 * file and to RAM, as fast as it goes.
 *
 * <p>Threading: the test's.
 */
final class LedgerGuest extends GuestInSession {

  private final Ledgers ledgers;

  private LedgerGuest(Path folder, Session session, LiveGuest live) {
    super(session, live);
    this.ledgers = new Ledgers(session, folder);
  }

  /**
   * Boots it; every ledger is being written when this returns.
   *
   * @param folder where copies are made
   * @param kibibytes sizes of the disks in the order of the line, each another
   */
  static LedgerGuest start(Path folder, Path sessionFolder, List<String> line, int... kibibytes)
      throws Exception {
    Session session = Session.create(sessionFolder, CommandLine.of(line).accept());
    LedgerGuest guest = new LedgerGuest(folder, session, LiveGuest.start(session));
    guest.console().await("demo# ");
    guest.console().type("disks");
    for (int size : kibibytes) {
      guest.console().clear();
      guest
          .console()
          .type(
              "until d=$(sed -n 's/.* "
                  + size
                  + " //p' /proc/partitions); [ \"$d\" ]; do sleep 0.1; done;"
                  + (" mkdir /mnt/" + size + " && mount -t ext4 /dev/$d /mnt/" + size)
                  + (" && ledger /mnt/" + size + "/l &"));
      guest.ledgers.add(
          Long.parseLong(guest.console().await("counting at 0x([0-9a-f]+)\r").group(1), 16));
    }
    guest.runABit();
    return guest;
  }

  Ledgers ledgers() {
    return ledgers;
  }

  /** Ends this guest and goes on with another of the same session. */
  @Override
  void goOnWith(LiveGuest other) {
    live().abandon();
    super.goOnWith(other);
  }

  /** Waits until every ledger has got some entries, and none of them was robbed. */
  void runABit() {
    List<Long> before = numbersNow();
    for (int i = 0; i < before.size(); i++) {
      int disk = i;
      Awaitility.await("ledger " + i + " after " + before.get(i) + "; " + console().text())
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> numbersNow().get(disk) >= before.get(disk) + 20);
    }
    assertThat(console().text()).doesNotContain("ledger: the file", "ledger: I/O", "EXT4-fs error");
  }

  /** What the guest has in RAM now. */
  List<Long> numbersNow() {
    return ledgers.numbers(live()::readRam);
  }
}
