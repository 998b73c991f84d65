package dev.marey.snapshot.testing;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeDraft;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.session.BundleMark;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session that has a file of every kind there is: S1 – S2 – S3 of a guest with a disk, each with
 * pages and a block of its own; S2 is named and has a description; S4 failed, S5 was never
 * finished; console output, a budget, a bundle it came from, and the name of a process that was
 * killed.
 */
public final class DiskSession {

  private static final int PAGES = 64;
  private static final int DISK_BLOCKS = 16;
  private static final byte[] OUTPUT = "hello from the guest\n".getBytes(StandardCharsets.US_ASCII);

  private DiskSession() {}

  private static GuestDefinition guest(Path image) {
    GuestDefinition plain = SmallSession.guest(PAGES);
    return new GuestDefinition(
        plain.qemu(),
        plain.arguments(),
        "",
        "",
        plain.ramBytes(),
        List.of(),
        true,
        false,
        false,
        List.of(),
        Optional.empty(),
        List.of(new DiskDefinition("disk0", "-hda disk.img", image, true, List.of())),
        List.of());
  }

  /** Makes it, and an image beside it. */
  public static void make(Path folder) throws IOException, SnapshotException {
    Path image =
        Files.write(folder.resolveSibling("disk.img"), new byte[DISK_BLOCKS * DiskMap.BLOCK_BYTES]);
    try (Session session = Session.create(folder, guest(image))) {
      session.setBudget(1 << 30);
      Node.ConsoleOffset console;
      try (TranscriptWriter transcript = session.beginTranscript(Optional.empty())) {
        transcript.append(OUTPUT, 0, OUTPUT.length);
        console = transcript.offset();
      }
      NodeId one = add(session, Optional.empty(), console, false).id();
      NodeId two = add(session, Optional.of(one), console, true).id();
      Node unused = session.rename(two, "second");
      NodeId three = add(session, Optional.of(two), console, false).id();
      Node failed = begin(session, Optional.of(three), console).fail("the disk was full");
      NodeDraft unusedDraft = begin(session, failed.parent(), console);
    }
    BundleMark.write(folder, "ab".repeat(32));
    Files.writeString(folder.resolve("owner"), "123456 since 2026-01-01T00:00:00Z");
  }

  private static NodeDraft begin(
      Session session, Optional<NodeId> parent, Node.ConsoleOffset console)
      throws SnapshotException {
    return session.begin(
        parent,
        "",
        Node.Origin.PERSON,
        Instant.EPOCH,
        Duration.ofSeconds(1),
        RunState.RUNNING,
        console);
  }

  private static Node add(
      Session session, Optional<NodeId> parent, Node.ConsoleOffset console, boolean described)
      throws SnapshotException {
    NodeDraft draft = begin(session, parent, console);
    int number = draft.id().number();
    NodeMaps before =
        parent.isPresent()
            ? session.content(parent.get()).maps()
            : new NodeMaps(PageMap.empty(PAGES), List.of(PageMap.empty(DISK_BLOCKS)));
    PageMapBuilder ram = before.ram().change();
    for (int page = number; page < number + 12; page++) {
      ram.set(page, session.pages().put(RandomPages.page(1000L * number + page)));
    }
    PageMapBuilder disk = before.disks().get(0).change();
    disk.set(number, DiskMap.entry(session.pages().put(RandomPages.page(9000L + number))));
    Node node =
        draft.complete(
            new NodeMaps(ram.build(), List.of(disk.build())),
            SmallSession.deviceState(draft.id()),
            described ? Optional.of(description()) : Optional.empty(),
            SmallSession.figures(12));
    session.setLivePosition(node.id());
    return node;
  }

  private static StateDescription description() throws SnapshotException {
    try {
      return StateDescription.parse("{\"devices\":[]}");
    } catch (MachineException e) {
      throw new SnapshotException("no description", e);
    }
  }

  /** All there is in a node, read to the last byte. */
  public static List<Object> contents(Session session, NodeId id) throws SnapshotException {
    NodeContent content = session.content(id);
    List<Object> all = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      ByteBuffer bytes = ByteBuffer.allocate(DiskMap.BLOCK_BYTES);
      content.readPage(new PageNumber(page), bytes);
      all.add(bytes);
    }
    PageMap disk = content.maps().disks().get(0);
    for (int block = 0; block < DISK_BLOCKS; block++) {
      ByteBuffer bytes = ByteBuffer.allocate(DiskMap.BLOCK_BYTES);
      Optional<Integer> reference = DiskMap.reference(disk.refOf(block));
      if (reference.isPresent()) {
        session.pages().read(reference.get(), bytes);
      }
      all.add(bytes);
    }
    all.add(content.deviceState());
    all.add(content.description().map(StateDescription::json));
    return all;
  }
}
