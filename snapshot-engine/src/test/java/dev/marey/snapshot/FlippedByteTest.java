package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.testing.DiskSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One wrong byte in any file of a session, at many places of it: the session opens all the same,
 * what is damaged is named, and every other node reads back whole.
 */
@Timeout(180)
final class FlippedByteTest {

  private static final int RANDOM_PLACES = 12;

  /** Headers of a sealed file; the first bytes of a page store's file, block and directory. */
  private static final int[] PLACES = {
    0, 8, 16, 20, 24, 28, 36, 512, 516, 520, 524, 528, 540, 544, 560, 2848, 2852
  };

  @TempDir static Path temporary;
  private static int copies;
  private static Path original = Path.of("");
  private static final Map<NodeId, List<Object>> CONTENTS = new HashMap<>();

  /** A kind of file: one of them, which nodes it damages, and what names it at opening. */
  enum Kind {
    FILES("files", "", "files"),
    BUNDLE("bundle", "", ""),
    BUDGET("budget", "", "budget"),
    PRESENT("present", "", "present"),
    OWNER("owner", "", ""),
    NODE("nodes/S1\\.node", "S1", "S1.node"),
    LAST_NODE("nodes/S3\\.node", "S3", "S3.node"),
    MAP("nodes/S2\\.map", "S2 S3", ""),
    DISK_MAP("nodes/S2\\.disk0\\.map", "S2 S3", ""),
    MARKS("nodes/S2\\.marks", "", "S2.marks"),
    FAILED("nodes/S4\\.failed", "", "S4.failed"),
    SAVING("nodes/S5\\.saving", "", "S5"),
    STATE("states/S1\\.state", "S1", ""),
    SHAPE("shapes/[0-9a-f]+\\.shape", "S2", ""),
    PAGES("pages/0000001\\.pages", "", ""),
    LOG("console/1\\.log", "", ""),
    BRANCH("console/1\\.branch", "", "");

    private final String pattern;
    private final String damages;
    private final String named;

    Kind(String pattern, String damages, String named) {
      this.pattern = pattern;
      this.damages = damages;
      this.named = named;
    }

    Set<NodeId> damages() {
      return Stream.of(S1, S2, S3)
          .filter(id -> damages.contains(id.toString()))
          .collect(Collectors.toSet());
    }

    /** Whether the file is another one, or gone, once the session was open. */
    boolean isReplaced() {
      return this == PRESENT || this == OWNER || this == FAILED || this == SAVING;
    }
  }

  @BeforeAll
  static void makeSession() throws Exception {
    original = temporary.resolve("original");
    DiskSession.make(original);
    Path copy = copy("sound");
    try (Session session = Session.open(copy)) {
      for (NodeId id : List.of(S1, S2, S3)) {
        CONTENTS.put(id, DiskSession.contents(session, id));
      }
      assertThat(session.problems())
          .containsExactly(
              "Node S5 was still being saved when Marey ended, and is lost. All complete nodes are"
                  + " there.");
    }
  }

  private static Path copy(String name) throws IOException {
    Path to = temporary.resolve(name);
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(original.relativize(file).toString()));
      }
    }
    return to;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(original)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> original.relativize(file).toString())
          .toList();
    }
  }

  private static String nameOf(Kind kind) throws IOException {
    return names().stream().filter(name -> name.matches(kind.pattern)).findAny().orElseThrow();
  }

  private static void flip(Path file, int place) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[place] ^= 0x10;
    Files.write(file, bytes);
  }

  private static Set<Integer> places(String name) throws IOException {
    int length = (int) Files.size(original.resolve(name));
    Set<Integer> places = new TreeSet<>(Set.of(length / 2, length - 1));
    for (int place : PLACES) {
      places.add(place % length);
    }
    new Random(name.hashCode()).ints(RANDOM_PLACES, 0, length).forEach(places::add);
    return places;
  }

  /** So that a new kind of file does not go untried; `lock` is empty. */
  @Test
  void everyFileIsOfAKindThatIsTried() throws Exception {
    List<String> tried =
        Stream.concat(
                Stream.of("session", "guest", "lock"),
                Stream.of(Kind.values()).map(kind -> kind.pattern.replaceAll("S[0-9]", "S[0-9]")))
            .toList();
    assertThat(names()).allMatch(name -> tried.stream().anyMatch(name::matches));
  }

  @Test
  void withoutItsFoundationsItDoesNotOpenAndNamesTheFile() throws Exception {
    for (String name : List.of("session", "guest")) {
      for (int place : places(name)) {
        Path session = copy("flipped" + copies++);
        flip(session.resolve(name), place);
        for (boolean writable : new boolean[] {false, true}) {
          assertThatThrownBy(() -> open(session, writable).close())
              .as(name + " at " + place)
              .isInstanceOf(SnapshotException.class)
              .hasMessageContaining(session.resolve(name) + "): the file is damaged, ");
        }
        flip(session.resolve(name), place);
        open(session, true).close();
        remove(session);
      }
    }
  }

  private static Session open(Path session, boolean writable) throws SnapshotException {
    return writable ? Session.open(session) : Session.openReadOnly(session);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsDamagedIsNamedAndAllElseIsWhole(Kind kind) throws Exception {
    String name = nameOf(kind);
    for (int place : places(name)) {
      Path session = copy("flipped" + copies++);
      flip(session.resolve(name), place);
      for (boolean writable : new boolean[] {false, true, true}) {
        String what = name + " at " + place + (writable ? ", written" : ", read");
        boolean again = writable && !Files.exists(session.resolve("nodes/S5.saving"));
        try (Session opened = open(session, writable)) {
          check(kind, opened, again, what);
        }
      }
      if (!kind.isReplaced()) {
        flip(session.resolve(name), place);
        try (Session mended = Session.open(session)) {
          assertThat(mended.verify()).as(name + " at " + place + ", mended").isEmpty();
          checkWhole(mended, Set.of(), name + " at " + place + ", mended");
        }
      }
      remove(session);
    }
  }

  private static void check(Kind kind, Session session, boolean again, String what)
      throws SnapshotException {
    if (!(again && kind.isReplaced())) {
      assertThat(session.problems().toString()).as(what).contains(kind.named);
    }
    Set<NodeId> damaged =
        session.verify().stream().map(SessionDamage::node).collect(Collectors.toSet());
    if (kind != Kind.PAGES) {
      assertThat(damaged).as(what).isEqualTo(kind.damages());
    }
    checkWhole(session, damaged, what);
  }

  private static void checkWhole(Session session, Set<NodeId> damaged, String what)
      throws SnapshotException {
    for (NodeId id : List.of(S1, S2, S3)) {
      if (!damaged.contains(id)) {
        assertThat(session.timeline().find(id).map(Node::state))
            .as(what)
            .contains(NodeState.COMPLETE);
        assertThat(DiskSession.contents(session, id)).as(what).isEqualTo(CONTENTS.get(id));
      }
    }
  }
}
