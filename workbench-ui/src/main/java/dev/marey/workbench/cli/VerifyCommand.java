package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SessionDamage;
import dev.marey.snapshot.SnapshotException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Reads every page of every node back.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "verify",
    description = "Read every page and device state of every node back; fails if any is damaged.",
    customSynopsis = "marey verify [--json] SESSION")
final class VerifyCommand implements Callable<Integer> {

  private static final int SHOWN = 50;

  private final Terminal terminal;

  @Parameters(paramLabel = "SESSION", description = "the session's folder, its name, or a bundle")
  String session = "";

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SnapshotException, InterruptedByPersonException {
    try (Session open = OpenedSession.toRead(terminal, session)) {
      long nodes =
          open.timeline().nodes().stream().filter(node -> node.state() != NodeState.FAILED).count();
      List<SessionDamage> damages = open.verify((done, total) -> !terminal.interruption().asked());
      if (terminal.interruption().asked()) {
        throw new InterruptedByPersonException();
      }
      if (terminal.json()) {
        terminal.print(json(open, nodes, damages));
      } else {
        print(open, nodes, damages);
      }
      return damages.isEmpty() ? 0 : 1;
    }
  }

  private static ObjectNode json(Session open, long nodes, List<SessionDamage> damages) {
    ObjectNode json = Terminal.object().put("nodes", nodes);
    ArrayNode damaged = json.putArray("damaged");
    for (SessionDamage damage : damages) {
      damaged
          .addObject()
          .put("node", damage.node().toString())
          .put("address", address(open, damage))
          .put("reason", damage.reason());
    }
    return json;
  }

  private static @Nullable String address(Session open, SessionDamage damage) {
    return damage.page().map(page -> open.ramLayout().addressOf(page).toString()).orElse(null);
  }

  private void print(Session open, long nodes, List<SessionDamage> damages) {
    String read = ByteText.count(nodes, "node was", "nodes were") + " read back, every page";
    if (damages.isEmpty()) {
      terminal.print(read + "; nothing is damaged.");
      return;
    }
    terminal.print(
        read + "; " + ByteText.count(damages.size(), "thing is", "things are") + " damaged:");
    for (SessionDamage damage : damages.subList(0, Math.min(SHOWN, damages.size()))) {
      String where = address(open, damage);
      terminal.print(
          "  " + damage.node() + (where == null ? "" : " at " + where) + ": " + damage.reason());
    }
    if (damages.size() > SHOWN) {
      terminal.print("  … and " + (damages.size() - SHOWN) + " more; --json lists all");
    }
    terminal.print("Other nodes are not affected. Restore the session's files from a backup.");
  }
}
