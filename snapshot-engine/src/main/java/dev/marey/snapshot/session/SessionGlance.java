package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can be told of a session without opening it: nothing is locked, checked or mended.
 *
 * @param guest what it runs; empty if that cannot be read
 * @param newest the node with the highest number; empty without one that can be read
 * @param nodeCount how many complete nodes there are
 * @param trouble why it could not be opened, a sentence; empty if nothing speaks against it
 */
public record SessionGlance(
    Optional<GuestDefinition> guest, Optional<Node> newest, int nodeCount, String trouble) {

  /** Looks at a folder that may be a session. */
  public static SessionGlance at(Path session) {
    if (!Files.isDirectory(session)) {
      return nothing("The folder is gone.");
    }
    if (!Files.exists(session.resolve("session"))) {
      return nothing("This folder is not a session: it has no file 'session'.");
    }
    try {
      JsonNode unused = SessionFolder.json(session.resolve("session"), "session");
      JsonNode guest = SessionFolder.json(session.resolve("guest"), "guest");
      List<NodeId> nodes = nodes(session);
      return new SessionGlance(
          Optional.of(
              GuestDefinition.fromJson(
                  OwnFiles.found(guest.path("definition").toString(), session))),
          nodes.stream().max(NodeId::compareTo).flatMap(id -> node(session, id)),
          nodes.size(),
          "");
    } catch (SnapshotException | MachineException e) {
      return nothing(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return nothing("The folder cannot be read: " + e.getMessage());
    }
  }

  private static SessionGlance nothing(String trouble) {
    return new SessionGlance(Optional.empty(), Optional.empty(), 0, trouble);
  }

  private static List<NodeId> nodes(Path session) throws IOException {
    try (Stream<Path> files = Files.list(session.resolve("nodes"))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("S[1-9][0-9]{0,8}\\.node"))
          .map(name -> NodeId.parse(name.substring(0, name.indexOf('.'))))
          .toList();
    }
  }

  private static Optional<Node> node(Path session, NodeId id) {
    try {
      Path file = session.resolve("nodes").resolve(id + ".node");
      return Optional.of(NodeFiles.node(SessionFolder.json(file, "node"), NodeState.COMPLETE));
    } catch (SnapshotException e) {
      return Optional.empty();
    }
  }
}
