package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {

  @TempDir Path folder;

  /**
   * The guest has four pages at 0 and four at 4 GiB; the only page that is stored is the second of
   * those. Sabotage that fails it: an offset into RAM for an address.
   */
  @Test
  void aDamagedPageIsNamedByItsAddressInTheGuest() throws Exception {
    Path mine = folder.resolve("mine");
    try (Session session = Session.create(mine, SmallSession.guest(8))) {
      session.saveRamLayout(
          new RamLayout(
              List.of(
                  new RamLayout.Range(new GuestAddress(0), 0, 4 * 4096L),
                  new RamLayout.Range(new GuestAddress(1L << 32), 4 * 4096L, 4 * 4096L))));
      SmallSession.addNode(session, Optional.empty(), "", 0, 5);
    }
    Marey marey = new Marey(folder);
    assertThat(marey.run("verify", "--json", "mine").succeeded().out())
        .isEqualTo("{\"nodes\":1,\"damaged\":[]}\n");
    Path pages = mine.resolve("pages/0000001.pages");
    byte[] bytes = Files.readAllBytes(pages);
    bytes[bytes.length / 2] ^= 0x10;
    Files.write(pages, bytes);

    Marey.Result result = marey.run("verify", "--json", "mine");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.json()).hasSize(1);
    assertThat(result.json().get(0).get("nodes").asInt()).isEqualTo(1);
    assertThat(result.json().get(0).get("damaged")).hasSize(1);
    assertThat(result.json().get(0).at("/damaged/0/node").asText()).isEqualTo("S1");
    assertThat(result.json().get(0).at("/damaged/0/address").asText()).isEqualTo("0x100001000");
    assertThat(marey.run("verify", "mine").out())
        .startsWith("1 node was read back, every page; 1 thing is damaged:\n  S1 at 0x100001000: ")
        .endsWith("\nOther nodes are not affected. Restore the session's files from a backup.\n");
  }
}
