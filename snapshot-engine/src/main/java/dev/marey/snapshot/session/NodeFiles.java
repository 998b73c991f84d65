package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.RunState;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The small files that say what the timeline shows of each node.
 *
 * <p>Threading: no state of its own; one thread at a time for one node.
 */
public final class NodeFiles {

  /**
   * A complete node as its file tells it.
   *
   * @param node as the timeline shows it
   * @param shape digest of the description of its device state; empty without one
   * @param highestRef greatest reference in its page map
   */
  public record Stored(Node node, Optional<String> shape, int highestRef) {}

  /**
   * What was found in a folder.
   *
   * @param complete complete nodes
   * @param failed marks of nodes that did not become complete
   * @param unreadable nodes that were complete and whose file is damaged, with what is wrong
   * @param problems what could not be read or was lost, in plain words
   * @param lost whether nodes that were begun are lost, with pages that no node has
   * @param highestNode greatest number of a node of which there is any trace
   */
  public record Found(
      List<Stored> complete,
      List<Node> failed,
      Map<NodeId, String> unreadable,
      List<String> problems,
      boolean lost,
      int highestNode) {}

  private final Path folder;
  private final CountedFiles files;

  public NodeFiles(SessionFolder session) {
    this.files = session.files();
    this.folder = session.path().resolve("nodes");
  }

  private Path file(NodeId id, String kind) {
    return folder.resolve(id + "." + kind);
  }

  /** Leaves a trace of a node that is begun, so that its loss can be named. */
  public void saveBegun(Node node) throws SnapshotException {
    files.writeUnsynced(file(node.id(), "saving"), "saving", SessionFolder.bytes(json(node)));
  }

  /** Makes a node complete: the last file of it that is written. */
  public void saveComplete(Stored stored) throws SnapshotException {
    ObjectNode json = json(stored.node);
    stored.shape.ifPresent(digest -> json.put("shape", digest));
    json.put("highestRef", stored.highestRef);
    files.write(file(stored.node.id(), "node"), "node", SessionFolder.bytes(json));
  }

  /** Keeps that a complete node hangs on another one now, with the figures that compare it. */
  public void saveParent(Node node) throws SnapshotException {
    Path path = file(node.id(), "node");
    if (!(SessionFolder.json(path, "node") instanceof ObjectNode json)) {
      throw new DamagedFileException(path, "it is no description of a node");
    }
    json.remove("parent");
    node.parent().ifPresent(parent -> json.put("parent", parent.toString()));
    putPagesChanged(json, node.figures());
    files.write(path, "node", SessionFolder.bytes(json));
  }

  /** Removes the trace of the beginning of a node that is complete. */
  public void forgetBegun(NodeId id) throws SnapshotException {
    delete(id, "saving");
  }

  /** Keeps the mark of a node that did not become complete, whatever there is of it. */
  public void saveFailed(Node node) throws SnapshotException {
    delete(node.id(), "node");
    files.write(file(node.id(), "failed"), "failed", SessionFolder.bytes(json(node)));
    delete(node.id(), "saving");
  }

  public void saveMarks(Node node) throws SnapshotException {
    ObjectNode json = SessionFolder.JSON.createObjectNode();
    MarksJson.put(json, node);
    files.write(file(node.id(), "marks"), "marks", SessionFolder.bytes(json));
  }

  /** Removes all but the page map, on which others may be based. */
  public void delete(NodeId id) throws SnapshotException {
    for (String kind : new String[] {"node", "marks", "failed", "saving"}) {
      delete(id, kind);
    }
  }

  /** Makes deletions durable. */
  public void sync() throws SnapshotException {
    try {
      DurableFiles.syncFolder(folder);
    } catch (IOException e) {
      throw SnapshotException.ofFile("sync the nodes of the session", folder, e);
    }
  }

  private void delete(NodeId id, String kind) throws SnapshotException {
    files.delete(file(id, kind), "a node");
  }

  /** Reads all nodes. A file that is damaged is named and left where it is. */
  public Found findAll() throws SnapshotException {
    TreeMap<Integer, TreeSet<String>> kinds = new TreeMap<>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("S[1-9][0-9]{0,8}\\.[a-z]+")) {
          int dot = name.indexOf('.');
          kinds
              .computeIfAbsent(Integer.parseInt(name.substring(1, dot)), number -> new TreeSet<>())
              .add(name.substring(dot + 1));
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("read the nodes of the session", folder, e);
    }
    List<Stored> complete = new ArrayList<>();
    List<Node> failed = new ArrayList<>();
    Map<NodeId, String> unreadable = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    boolean anyLost = false;
    for (var entry : kinds.entrySet()) {
      NodeId id = new NodeId(entry.getKey());
      TreeSet<String> has = entry.getValue();
      if (has.contains("node")) {
        read(id, has.contains("marks"), complete, unreadable, problems);
        delete(id, "saving");
      } else if (has.contains("failed")) {
        readFailed(id, failed, problems);
      } else if (has.contains("saving")) {
        problems.add(lost(id));
        anyLost = true;
        delete(id, "saving");
      }
    }
    return new Found(
        List.copyOf(complete),
        List.copyOf(failed),
        unreadable,
        List.copyOf(problems),
        anyLost,
        kinds.isEmpty() ? 0 : kinds.lastKey());
  }

  private void read(
      NodeId id,
      boolean marks,
      List<Stored> complete,
      Map<NodeId, String> unreadable,
      List<String> problems)
      throws SnapshotException {
    try {
      JsonNode json = SessionFolder.json(file(id, "node"), "node");
      Node node = node(json, NodeState.COMPLETE);
      if (marks) {
        node = marked(node, problems);
      }
      Optional<String> shape =
          json.hasNonNull("shape") ? Optional.of(json.path("shape").asText()) : Optional.empty();
      complete.add(new Stored(node, shape, json.path("highestRef").asInt()));
    } catch (DamagedFileException e) {
      unreadable.put(id, "its description cannot be read: " + e.what());
      problems.add(
          "Node " + id + " cannot be read: " + e.what() + ". It is left out; " + e.remedy() + ".");
    }
  }

  private Node marked(Node node, List<String> problems) throws SnapshotException {
    try {
      return MarksJson.marked(node, SessionFolder.json(file(node.id(), "marks"), "marks"));
    } catch (DamagedFileException e) {
      problems.add(
          "The name, note, tags and pin of node "
              + node.id()
              + " are lost: "
              + e.what()
              + ". Its memory and devices are not affected; name it again.");
      return node;
    }
  }

  private void readFailed(NodeId id, List<Node> failed, List<String> problems)
      throws SnapshotException {
    try {
      failed.add(node(SessionFolder.json(file(id, "failed"), "failed"), NodeState.FAILED));
    } catch (DamagedFileException e) {
      problems.add("The mark of the failed node " + id + " is lost: " + e.what() + ".");
      if (!e.isUnreadable()) {
        delete(id, "failed");
      }
    }
  }

  private String lost(NodeId id) throws SnapshotException {
    String title = id.toString();
    try {
      Node node = node(SessionFolder.json(file(id, "saving"), "saving"), NodeState.SAVING);
      title = node.label().isEmpty() ? title : title + " (" + node.label() + ")";
    } catch (DamagedFileException e) {
      // The id alone names it.
      title = id.toString();
    }
    return "Node "
        + title
        + " was still being saved when Marey ended, and is lost. All complete nodes are there.";
  }

  /** What the timeline shows of a node. */
  public static ObjectNode json(Node node) {
    ObjectNode json = SessionFolder.JSON.createObjectNode();
    json.put("id", node.id().toString());
    node.parent().ifPresent(parent -> json.put("parent", parent.toString()));
    MarksJson.put(json, node);
    json.put("origin", node.origin().name()).put("reason", node.reason());
    json.put("takenAt", node.takenAt().toString());
    json.put("guestTimeNanos", node.guestTime().toNanos());
    json.put("runState", node.runState().name()).put("lane", node.lane());
    json.put("consoleBranch", node.console().branch()).put("consoleBytes", node.console().bytes());
    CaptureFigures figures = node.figures();
    json.putObject("figures")
        .put("pauseNanos", figures.pause().toNanos())
        .put("deviceStateNanos", figures.deviceState().toNanos())
        .put("armNanos", figures.arm().toNanos())
        .put("savedNanos", figures.saved().toNanos())
        .put("pagesDirty", figures.pagesDirty())
        .put("pagesWrittenDuringSave", figures.pagesWrittenDuringSave())
        .put("bytesStored", figures.bytesStored());
    putPagesChanged(json, figures);
    return json;
  }

  /**
   * Reads {@link #json}.
   *
   * @throws IllegalArgumentException or a DateTimeException if it makes no sense
   */
  public static Node node(JsonNode json, NodeState state) {
    JsonNode figures = json.path("figures");
    return new Node(
        NodeId.parse(json.path("id").asText()),
        json.hasNonNull("parent")
            ? Optional.of(NodeId.parse(json.path("parent").asText()))
            : Optional.empty(),
        json.path("label").asText(),
        json.path("note").asText(),
        json.path("pinned").asBoolean(),
        MarksJson.tags(json),
        Node.Origin.valueOf(json.path("origin").asText()),
        state,
        json.path("reason").asText(),
        Instant.parse(json.path("takenAt").asText()),
        Duration.ofNanos(json.path("guestTimeNanos").asLong()),
        RunState.valueOf(json.path("runState").asText()),
        json.path("lane").asInt(),
        new Node.ConsoleOffset(
            json.path("consoleBranch").asInt(), json.path("consoleBytes").asLong()),
        new CaptureFigures(
            Duration.ofNanos(figures.path("pauseNanos").asLong()),
            Duration.ofNanos(figures.path("deviceStateNanos").asLong()),
            Duration.ofNanos(figures.path("armNanos").asLong()),
            Duration.ofNanos(figures.path("savedNanos").asLong()),
            figures.path("pagesDirty").asInt(),
            figures.path("pagesWrittenDuringSave").asInt(),
            figures.path("bytesStored").asLong(),
            figures.hasNonNull("pagesChanged")
                ? OptionalInt.of(figures.path("pagesChanged").asInt())
                : OptionalInt.empty()));
  }

  private static void putPagesChanged(ObjectNode node, CaptureFigures figures) {
    figures
        .pagesChanged()
        .ifPresent(changed -> node.withObject("/figures").put("pagesChanged", changed));
  }
}
