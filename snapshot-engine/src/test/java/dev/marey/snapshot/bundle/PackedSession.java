package dev.marey.snapshot.bundle;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeDraft;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.disk.StoredDisk;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session with made-up nodes, a kernel and a disk, in a folder of its own. */
record PackedSession(Path folder) {

  static final int PAGES = 64;
  static final int DISK_BYTES = 5 * 4096 + 512;
  static final Turn ANY = (done, of) -> {};

  Path sessions() {
    return folder.resolve("there");
  }

  Path bundle() {
    return folder.resolve("nodes.marey");
  }

  /** Something that a line may begin with; it is never started. */
  String qemu() throws IOException {
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("qemu-system-x86_64");
    if (!Files.exists(program)) {
      Files.write(program, new byte[] {0x7f, 'E', 'L', 'F'});
      program.toFile().setExecutable(true);
    }
    return program.toString();
  }

  GuestDefinition guest() throws IOException {
    Path kernel = Files.write(folder.resolve("the kernel"), new byte[9000]);
    Files.write(kernel, "kernel".getBytes(StandardCharsets.UTF_8));
    byte[] content = new byte[DISK_BYTES];
    for (int block = 0; block < content.length; block += 8192) {
      RandomPages.page(70 + block).get(0, content, block, Math.min(4096, content.length - block));
    }
    Path image = Files.write(folder.resolve("disk.img"), content);
    GuestDefinition plain = SmallSession.guest(PAGES);
    return new GuestDefinition(
        Path.of(qemu()),
        List.of("qemu-system-x86_64"),
        "",
        "",
        plain.ramBytes(),
        List.of(
            "-kernel",
            kernel.toString(),
            "-append",
            "root=/dev/vda quiet",
            "-drive",
            "if=virtio,driver=nbd,discard=unmap,server.type=unix,server.path={marey.disks},export=disk0",
            "-chardev",
            "socket,id=marey.console,path={marey.console}",
            "-serial",
            "chardev:marey.console",
            "-rtc",
            "clock=vm",
            "-accel",
            "tcg"),
        true,
        false,
        true,
        List.of(),
        Optional.of("tcp::1234"),
        List.of(new DiskDefinition("disk0", "-drive file=disk.img", image, true, List.of())),
        List.of());
  }

  Session create() throws IOException, SnapshotException {
    return Session.create(folder.resolve("here"), guest());
  }

  /**
   * Adds a complete node, on which the present then is.
   *
   * @param ram pages that change: seeds of their contents, -1 for zeroes
   * @param disk the same for blocks
   */
  static Node add(
      Session session,
      Optional<NodeId> parent,
      String label,
      Map<Integer, Integer> ram,
      Map<Integer, Integer> disk)
      throws SnapshotException {
    TranscriptWriter transcript =
        session.beginTranscript(
            parent.map(id -> session.timeline().find(id).orElseThrow().console()));
    byte[] words = ("words of " + label + "\n").getBytes(StandardCharsets.UTF_8);
    transcript.append(words, 0, words.length);
    int number = session.timeline().nodes().size() + 1;
    NodeDraft draft =
        session.begin(
            parent,
            label,
            Node.Origin.PERSON,
            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number),
            Duration.ofMillis(number),
            RunState.PAUSED,
            transcript.offset());
    transcript.close();
    Optional<NodeMaps> before =
        parent.isPresent() ? Optional.of(session.content(parent.get()).maps()) : Optional.empty();
    PageMapBuilder pages =
        before.map(NodeMaps::ram).orElse(PageMap.empty(session.pageCount())).change();
    for (Map.Entry<Integer, Integer> page : ram.entrySet()) {
      pages.set(page.getKey(), session.pages().put(content(page.getValue())));
    }
    PageMapBuilder blocks =
        before.map(maps -> maps.disks().get(0)).orElse(DiskMap.untouched(DISK_BYTES)).change();
    for (Map.Entry<Integer, Integer> block : disk.entrySet()) {
      blocks.set(block.getKey(), DiskMap.entry(session.pages().put(content(block.getValue()))));
    }
    Node node =
        draft.complete(
            new NodeMaps(pages.build(), List.of(blocks.build())),
            SmallSession.deviceState(draft.id()),
            Optional.empty(),
            SmallSession.figures(ram.size()));
    session.setLivePosition(node.id());
    return node;
  }

  private static ByteBuffer content(int seed) {
    return seed < 0 ? ByteBuffer.allocateDirect(4096) : RandomPages.page(seed);
  }

  static byte[] ram(Session session, NodeId node) throws SnapshotException {
    byte[] all = new byte[session.pageCount() * 4096];
    ByteBuffer page = ByteBuffer.allocate(4096);
    for (int i = 0; i < session.pageCount(); i++) {
      session.content(node).readPage(new dev.marey.machine.PageNumber(i), page);
      System.arraycopy(page.array(), 0, all, i * 4096, 4096);
    }
    return all;
  }

  static byte[] disk(Session session, NodeId node) throws IOException, SnapshotException {
    StoredDisk disk =
        new StoredDisk(
            session.diskImages().image(0),
            session.pages(),
            session.content(node).maps().disks().get(0));
    ByteBuffer all = ByteBuffer.allocate((int) disk.lengthBytes());
    disk.read(0, all);
    return all.array();
  }

  /** S1 – S2 – S3 and S4 on S1, with some pages, blocks and words each. */
  Session withFourNodes() throws IOException, SnapshotException {
    Session session = create();
    NodeId s1 = add(session, Optional.empty(), "one", Map.of(0, 1, 3, 2, 63, 3), Map.of()).id();
    NodeId s2 = add(session, Optional.of(s1), "two", Map.of(3, -1, 5, 4), Map.of(0, 5)).id();
    add(session, Optional.of(s2), "three", Map.of(9, 1), Map.of(5, 6, 1, -1));
    add(session, Optional.of(s1), "four", Map.of(0, 7), Map.of(2, 4));
    return session;
  }
}
