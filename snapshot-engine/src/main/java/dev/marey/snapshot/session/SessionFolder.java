package dev.marey.snapshot.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A session's folder while this process has it open, and the files in it that are no node.
 *
 * <pre>
 * session            identity, when it was made
 * guest              guest definition, RAM layout
 * files              what the guest's command line names, as it was
 * guest-files/       those of these files that came with the session in a bundle
 * bundle             the bundle it was unpacked from
 * budget             room it may take on disk, if it was set
 * present            the node that the present runs on from, and the next free id and lane
 * lock, owner        who has it open
 * nodes/S12.node     what the timeline shows of a node; its being there makes the node complete
 * nodes/S12.map      its page map, as changes to another node's or whole
 * nodes/S12.marks    label, note and pin, when they were changed
 * nodes/S12.saving   begun and not yet complete
 * nodes/S12.failed   did not become complete, with the reason
 * states/S12.state   its device state
 * shapes/DIGEST.shape  description of device states
 * pages/0000001.pages  the page store
 * console/1.log, 1.branch   console transcript of a branch, and where that branch began
 * </pre>
 *
 * <p>Threading: any for reading paths and definitions; {@link #savePresent} by one thread at a time
 * (the session's lock).
 */
public final class SessionFolder implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String[] FOLDERS = {"nodes", "states", "shapes", "pages", "console"};

  /**
   * What the next machine starts from and how the next node is called.
   *
   * @param parent the node that the present runs on from; empty before the first
   * @param nextNode number of the next node
   * @param nextLane next unused lane
   */
  public record Present(Optional<NodeId> parent, int nextNode, int nextLane) {}

  private final Path path;
  private final boolean writable;
  private final SessionLock lock;
  private final CountedFiles files;
  private final UUID id;
  private final GuestDefinition guest;
  private volatile RamLayout ramLayout;

  private SessionFolder(
      Path path,
      boolean writable,
      SessionLock lock,
      CountedFiles files,
      UUID id,
      GuestDefinition guest,
      RamLayout ramLayout) {
    this.path = path;
    this.writable = writable;
    this.lock = lock;
    this.files = files;
    this.id = id;
    this.guest = guest;
    this.ramLayout = ramLayout;
  }

  /**
   * Makes a session in a folder that does not exist, or has at most {@link OwnFiles} in it. If that
   * fails nothing is left of it.
   */
  public static SessionFolder create(Path path, GuestDefinition guest) throws SnapshotException {
    NewFolder fresh = NewFolder.make(path);
    SessionLock lock = fresh.lock();
    try {
      for (String folder : FOLDERS) {
        Files.createDirectories(path.resolve(folder));
      }
      UUID id = UUID.randomUUID();
      SessionFolder made =
          new SessionFolder(
              path,
              true,
              lock,
              CountedFiles.in(path, true),
              id,
              guest,
              RamLayout.flat(guest.ramBytes()));
      made.saveRamLayout(made.ramLayout);
      GuestFiles.save(made);
      ObjectNode session = JSON.createObjectNode();
      session.put("id", id.toString()).put("created", Instant.now().toString());
      made.files.write(path.resolve("session"), "session", bytes(session));
      return made;
    } catch (IOException e) {
      fresh.remove();
      closeAfter(e, lock);
      throw SnapshotException.ofFile("create a session", path, e);
    } catch (SnapshotException | RuntimeException e) {
      fresh.remove();
      closeAfter(e, lock);
      throw e;
    }
  }

  /** Opens a session that no other process has open. */
  public static SessionFolder open(Path path) throws SnapshotException {
    return open(path, true);
  }

  /** Opens a session that no other process writes, and changes no file in it. */
  public static SessionFolder openReadOnly(Path path) throws SnapshotException {
    return open(path, false);
  }

  private static SessionFolder open(Path path, boolean writable) throws SnapshotException {
    if (!Files.isDirectory(path)) {
      throw new SnapshotException(
          "Could not open the session "
              + path
              + (Files.exists(path) ? ": it is not a folder." : ": it does not exist.")
              + " Check the path.");
    }
    if (!Files.exists(path.resolve("session"))) {
      throw new SnapshotException(
          "Could not open the session "
              + path
              + ": this folder is not a session of Marey (it has no file 'session'). Check the"
              + " path.");
    }
    SessionLock lock = writable ? SessionLock.take(path) : SessionLock.share(path);
    try {
      JsonNode session = json(path.resolve("session"), "session");
      JsonNode guest = json(path.resolve("guest"), "guest");
      for (String folder : FOLDERS) {
        if (writable) {
          Files.createDirectories(path.resolve(folder));
        }
      }
      return new SessionFolder(
          path,
          writable,
          lock,
          CountedFiles.in(path, writable),
          UUID.fromString(session.path("id").asText()),
          GuestDefinition.fromJson(OwnFiles.found(guest.path("definition").toString(), path)),
          ramLayout(guest.path("ramLayout")));
    } catch (IOException e) {
      closeAfter(e, lock);
      throw SnapshotException.ofFile("open the session", path, e);
    } catch (MachineException e) {
      closeAfter(e, lock);
      throw new SnapshotException("Could not open the session " + path + ": " + e.getMessage(), e);
    } catch (SnapshotException | RuntimeException e) {
      closeAfter(e, lock);
      throw e;
    }
  }

  private static void closeAfter(Exception failure, SessionLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  public Path path() {
    return path;
  }

  /** Whether anything in it may be changed. */
  public boolean writable() {
    return writable;
  }

  /** Its files outside the page store. */
  public CountedFiles files() {
    return files;
  }

  /** Identity of the session, unknown to its guest. */
  public UUID id() {
    return id;
  }

  public GuestDefinition guest() {
    return guest;
  }

  /** Where RAM lies; from 0 upwards without holes until {@link #saveRamLayout} was called. */
  public RamLayout ramLayout() {
    return ramLayout;
  }

  public int pageCount() {
    return (int) (guest.ramBytes() / PageNumber.PAGE_BYTES);
  }

  /** Keeps what a machine of this guest told about its memory. */
  public void saveRamLayout(RamLayout layout) throws SnapshotException {
    ObjectNode node = JSON.createObjectNode();
    try {
      node.set("definition", JSON.readTree(OwnFiles.placed(guest.toJson(), path)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("guest definition is no JSON", e);
    }
    var ranges = node.putArray("ramLayout");
    for (RamLayout.Range range : layout.ranges()) {
      ranges
          .addObject()
          .put("address", range.address().value())
          .put("offsetBytes", range.offsetBytes())
          .put("lengthBytes", range.lengthBytes());
    }
    node.put("pageCount", pageCount());
    files.write(path.resolve("guest"), "guest", bytes(node));
    ramLayout = layout;
  }

  private static RamLayout ramLayout(JsonNode json) {
    List<RamLayout.Range> ranges = new ArrayList<>();
    for (JsonNode range : json) {
      ranges.add(
          new RamLayout.Range(
              new GuestAddress(range.path("address").asLong()),
              range.path("offsetBytes").asLong(),
              range.path("lengthBytes").asLong()));
    }
    return new RamLayout(ranges);
  }

  /** The saved present; empty if there is none or it cannot be read. */
  public Optional<Present> present() throws SnapshotException {
    if (!Files.exists(path.resolve("present"))) {
      return Optional.empty();
    }
    JsonNode json = json(path.resolve("present"), "present");
    return Optional.of(
        new Present(
            json.hasNonNull("parent")
                ? Optional.of(NodeId.parse(json.path("parent").asText()))
                : Optional.empty(),
            json.path("nextNode").asInt(1),
            json.path("nextLane").asInt(0)));
  }

  /** Durable when it returns. */
  public void savePresent(Present present) throws SnapshotException {
    ObjectNode json = JSON.createObjectNode();
    present.parent().ifPresent(parent -> json.put("parent", parent.toString()));
    json.put("nextNode", present.nextNode()).put("nextLane", present.nextLane());
    files.write(path.resolve("present"), "present", bytes(json));
  }

  static byte[] bytes(JsonNode json) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON", e);
    }
  }

  static JsonNode json(Path path, String kind) throws SnapshotException {
    byte[] body = SealedFile.read(path, kind);
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new DamagedFileException(path, "it is no JSON");
    }
  }

  @Override
  public void close() throws SnapshotException {
    try {
      lock.close();
    } catch (IOException e) {
      throw SnapshotException.ofFile("unlock the session", path, e);
    }
  }
}
