package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.FreeingProcess;
import dev.marey.snapshot.testing.FullImportProcess;
import dev.marey.snapshot.testing.FullOpeningProcess;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleted nodes give their room back. */
@Timeout(120)
final class SessionRoomTest {

  private static final int PAGES = 1024;

  @TempDir Path temporary;

  /** What the file system counts, in bytes. */
  private static long roomOf(Path folder) throws Exception {
    Process du = new ProcessBuilder("du", "-s", "-B1", folder.toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).isZero();
    return Long.parseLong(said.substring(0, said.indexOf('\t')));
  }

  private static int[] all() {
    return IntStream.range(0, PAGES).toArray();
  }

  @Test
  void aDeletedNodeGivesItsRoomBackWhenTheSessionCloses() throws Exception {
    Path folder = temporary.resolve("session");
    long before;
    try (Session session = Session.create(folder, SmallSession.guest(PAGES))) {
      SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3);
      SmallSession.addNode(session, Optional.of(S1), "", 10_000, all());
      SmallSession.addNode(session, Optional.of(S1), "", 20_000, 4, 5, 6);
    }
    try (Session session = Session.open(folder)) {
      before = session.sizeBytes();
      session.delete(S2);
      assertThat(session.sizeBytes()).isEqualTo(before);
    }
    long pages = PAGES * 2100L;
    try (Session session = Session.open(folder)) {
      assertThat(session.sizeBytes()).isLessThan(before - pages * 9 / 10);
      assertThat(roomOf(folder)).isLessThan(before - pages * 8 / 10);
      assertThat(session.verify()).isEmpty();
      assertThat(session.problems()).isEmpty();
      // What comes again is stored again.
      SmallSession.addNode(session, Optional.of(S1), "", 10_000, all());
      assertThat(session.verify()).isEmpty();
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).isEmpty();
      assertThat(session.sizeBytes()).isGreaterThan(before);
    }
  }

  @Test
  void whatALostNodeLeftGoesToo() throws Exception {
    Path folder = temporary.resolve("session");
    try (Session session = Session.create(folder, SmallSession.guest(PAGES))) {
      SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3);
      SmallSession.begin(session, Optional.of(S1), "never finished");
      for (int seed = 0; seed < PAGES; seed++) {
        session.pages().put(RandomPages.page(10_000 + seed));
      }
    }
    assertThat(roomOf(folder)).isGreaterThan(2 << 20);
    Session.open(folder).close();
    assertThat(roomOf(folder)).isLessThan(400 << 10);
    try (Session session = Session.open(folder)) {
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void aNodeThatCannotBeReadNowKeepsWhatItNeeds() throws Exception {
    Path folder = temporary.resolve("session");
    NodeId third;
    try (Session session = Session.create(folder, SmallSession.guest(PAGES))) {
      SmallSession.addNode(session, Optional.empty(), "", 0, 1, 2, 3);
      SmallSession.addNode(session, Optional.empty(), "", 10_000, all());
      third = SmallSession.addNode(session, Optional.of(S1), "", 20_000, 4, 5, 6).id();
    }
    Path file = folder.resolve("nodes/S2.node");
    byte[] sound = Files.readAllBytes(file);
    byte[] damaged = sound.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    try (Session session = Session.open(folder)) {
      session.setLivePosition(S1);
      session.delete(third);
    }
    Files.write(file, sound);
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().nodes()).extracting(Node::id).containsExactly(S1, S2);
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void onAFullDiskDeletingNodesMakesRoom() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=4m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FreeingProcess.class, disk.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output)
        .isEqualTo(
            """
            full
            room again: true
            S1 COMPLETE
            S3 COMPLETE
            damaged 0
            """);
    assertThat(child.waitFor()).isZero();
  }

  /**
   * Sabotage that fails it: a session that must note its present before it opens; asking what hangs
   * on a node when that is gone already.
   */
  @Test
  void onAFullDiskASessionOpensAndWhatHungOnADeletedNodeHangsOnItsParent() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=6m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FullOpeningProcess.class, disk.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ChildJvm.said(output))
        .as(output)
        .containsExactly(
            "full",
            "to read: []",
            "closed as it was",
            "to write: Where the present stands could not be noted: Could not write the session ("
                + disk
                + "/session/present): the disk is full. Free some space and try again; what was"
                + " stored before is not affected.",
            "room again: true",
            "S1 on nothing, 3 pages changed",
            "S3 on S1, 509 pages changed",
            "S4 on S1, 3 pages changed",
            "problems [], damaged 0");
    assertThat(child.waitFor()).isZero();
  }

  /** Sabotage that fails it: removing the half session only when it could be closed in order. */
  @Test
  void anImportThatFillsTheDiskLeavesNothingAndNamesTheFullDisk() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    Path stream = temporary.resolve("stream");
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=4m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FullImportProcess.class, disk.toString(), stream.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String full =
        "): the disk is full. Free some space and try again; what was stored before is not"
            + " affected.";
    List<String> said = ChildJvm.said(output);
    assertThat(said).as(output).hasSize(10);
    assertThat(said.get(0)).contains("Could not import").contains("the disk is full");
    assertThat(said.get(1)).isEqualTo("left []");
    assertThat(said.get(2)).contains("Could not import").contains("the disk is full");
    assertThat(said.get(3)).isEqualTo("left [empty]");
    assertThat(said.get(4)).isEqualTo("full");
    assertThat(said.get(5)).endsWith(full);
    assertThat(said.get(6)).isEqualTo("left [empty, filler]");
    assertThat(said.get(7)).endsWith(full);
    assertThat(said.get(8)).isEqualTo("left [empty, filler]");
    assertThat(said.get(9)).isEqualTo("left [empty, filler] []");
    assertThat(child.waitFor()).isZero();
  }

  /** Nodes of random pages, some of them equal, on random parents; some deleted; opened again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverIsDeletedAllOtherPagesStay(long seed) throws Exception {
    Path folder = temporary.resolve("session");
    Random random = new Random(seed);
    Map<NodeId, Map<Integer, Long>> expected = new HashMap<>();
    Session.create(folder, SmallSession.guest(PAGES)).close();
    for (int round = 0; round < 5; round++) {
      try (Session session = Session.open(folder)) {
        assertThat(session.problems()).isEmpty();
        check(session, expected);
        for (int i = 0; i < 4; i++) {
          addNode(session, random, expected);
        }
        for (NodeId id : List.copyOf(expected.keySet())) {
          if (random.nextInt(3) == 0 && !session.livePosition().equals(Optional.of(id))) {
            session.delete(id);
            expected.remove(id);
          }
        }
      }
    }
    try (Session session = Session.open(folder)) {
      check(session, expected);
      assertThat(session.verify()).isEmpty();
    }
  }

  private static void addNode(
      Session session, Random random, Map<NodeId, Map<Integer, Long>> expected)
      throws SnapshotException {
    List<NodeId> known = new ArrayList<>(expected.keySet());
    known.sort(null);
    Optional<NodeId> parent =
        known.isEmpty() ? Optional.empty() : Optional.of(known.get(random.nextInt(known.size())));
    // Few seeds, so that contents come again after they were freed.
    int content = random.nextInt(6) * PAGES / 2;
    int[] pages = random.ints(random.nextInt(600), 0, PAGES).sorted().distinct().toArray();
    Node node = SmallSession.addNode(session, parent, "", content, pages);
    Map<Integer, Long> seeds = new HashMap<>(parent.map(expected::get).orElse(Map.of()));
    for (int page : pages) {
      seeds.put(page, (long) content + page);
    }
    expected.put(node.id(), seeds);
  }

  private static void check(Session session, Map<NodeId, Map<Integer, Long>> expected)
      throws SnapshotException {
    ByteBuffer page = ByteBuffer.allocateDirect(4096);
    for (var node : expected.entrySet()) {
      NodeContent content = session.content(node.getKey());
      for (var each : node.getValue().entrySet()) {
        content.readPage(new PageNumber(each.getKey()), page);
        assertThat(page).isEqualTo(RandomPages.page(each.getValue()));
      }
    }
  }
}
