package dev.marey.snapshot.testing;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeDraft;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions whose nodes hold made-up pages ({@link RandomPages}), for tests without a guest. */
public final class SmallSession {

  public static final NodeId S1 = new NodeId(1);
  public static final NodeId S2 = new NodeId(2);
  public static final NodeId S3 = new NodeId(3);

  private static final int PAGE_BYTES = 4096;

  private SmallSession() {}

  /** A guest that is never started. */
  public static GuestDefinition guest(int pages) {
    return new GuestDefinition(
        Path.of("/usr/bin/qemu-system-x86_64"),
        List.of("qemu-system-x86_64"),
        "",
        "",
        (long) pages * PAGE_BYTES,
        List.of(),
        true,
        false,
        false,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /**
   * A session of 64 pages with nodes S1 and S2: S1 has the pages {@code RandomPages.page(0…15)} at
   * 0…15, in S2 pages 3 and 40 hold {@code RandomPages.page(1003)} and {@code page(1040)}.
   */
  public static Session withTwoNodes(Path folder) throws SnapshotException {
    Session session = Session.create(folder, guest(64));
    int[] first = new int[16];
    for (int page = 0; page < first.length; page++) {
      first[page] = page;
    }
    Node one = addNode(session, Optional.empty(), "", 0, first);
    addNode(session, Optional.of(one.id()), "", 1000, 3, 40);
    return session;
  }

  /**
   * Adds a complete node, on which the present then is.
   *
   * @param seed page {@code n} gets the content {@code RandomPages.page(seed + n)}
   * @param pages the pages that changed since the parent
   */
  public static Node addNode(
      Session session, Optional<NodeId> parent, String label, int seed, int... pages)
      throws SnapshotException {
    return complete(session, begin(session, parent, label), parent, seed, pages);
  }

  private static Node complete(
      Session session, NodeDraft draft, Optional<NodeId> parent, int seed, int... pages)
      throws SnapshotException {
    PageMap map =
        parent.isPresent()
            ? session.content(parent.get()).pageMap()
            : PageMap.empty(session.pageCount());
    PageMapBuilder changes = map.change();
    for (int page : pages) {
      changes.set(page, session.pages().put(RandomPages.page(seed + page)));
    }
    Node node =
        draft.complete(
            new NodeMaps(changes.build(), List.of()),
            deviceState(draft.id()),
            Optional.empty(),
            figures(pages.length));
    session.setLivePosition(node.id());
    return node;
  }

  /** The same without a label, taken by itself at a time of the guest's clock. */
  public static Node addAutomatic(
      Session session, Optional<NodeId> parent, Duration guestTime, int seed, int... pages)
      throws SnapshotException {
    NodeDraft draft =
        session.begin(
            parent,
            "",
            Node.Origin.AUTOMATIC,
            Instant.parse("2026-01-01T00:00:00Z").plus(guestTime),
            guestTime,
            RunState.RUNNING,
            new Node.ConsoleOffset(0, 0));
    return complete(session, draft, parent, seed, pages);
  }

  public static NodeDraft begin(Session session, Optional<NodeId> parent, String label)
      throws SnapshotException {
    int number = session.timeline().nodes().size() + 1;
    return session.begin(
        parent,
        label,
        Node.Origin.PERSON,
        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number),
        Duration.ofMillis(1500L * number),
        RunState.RUNNING,
        new Node.ConsoleOffset(0, 0));
  }

  /** Makes a node complete in which all pages are zero. */
  public static Node completeEmpty(Session session, NodeDraft draft) throws SnapshotException {
    return draft.complete(
        new NodeMaps(PageMap.empty(session.pageCount()), List.of()),
        deviceState(draft.id()),
        Optional.empty(),
        CaptureFigures.NONE);
  }

  /** Bytes that no machine could load, different for each node. */
  public static DeviceState deviceState(NodeId id) {
    return DeviceState.of(("device state of " + id).repeat(50).getBytes(StandardCharsets.UTF_8));
  }

  public static CaptureFigures figures(int pagesDirty) {
    return new CaptureFigures(
        Duration.ofMillis(3),
        Duration.ofMillis(1),
        Duration.ofNanos(500_000),
        Duration.ofMillis(40),
        pagesDirty,
        1,
        pagesDirty * 2048L);
  }
}
