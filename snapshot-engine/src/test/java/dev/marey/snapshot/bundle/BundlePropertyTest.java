package dev.marey.snapshot.bundle;

import static dev.marey.snapshot.bundle.PackedSession.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Any tree of nodes, any choice of them: what is unpacked is what was packed. */
final class BundlePropertyTest {

  /** Sabotage that fails it: a map against the session's parent, zeroes that are forgotten. */
  @Property(tries = 40)
  void unpackedNodesAreThePackedOnes(
      @ForAll @IntRange(min = 1, max = 7) int nodeCount, @ForAll long seed) throws Exception {
    Path folder = Files.createTempDirectory("marey-");
    try {
      PackedSession packed = new PackedSession(folder);
      try (Session here = packed.create()) {
        Random random = new Random(seed);
        TreeSet<NodeId> chosen = new TreeSet<>();
        for (int i = 1; i <= nodeCount; i++) {
          Optional<NodeId> parent =
              i == 1 || random.nextInt(9) == 0
                  ? Optional.empty()
                  : Optional.of(new NodeId(1 + random.nextInt(i - 1)));
          Node node =
              PackedSession.add(
                  here, parent, "n" + i, changes(random, PackedSession.PAGES), changes(random, 6));
          if (random.nextBoolean()) {
            chosen.add(node.id());
          }
        }
        BundleWriter.write(here, chosen, packed.bundle(), ANY);
        UnpackedBundle unpacked =
            UnpackedBundle.of(packed.bundle(), packed.sessions(), packed.qemu(), ANY);
        try (Session there = Session.open(unpacked.session())) {
          assertSame(here, there, chosen);
        }
      }
    } finally {
      remove(folder);
    }
  }

  private static void assertSame(Session here, Session there, Set<NodeId> chosen) throws Exception {
    List<NodeId> ids = there.timeline().nodes().stream().map(Node::id).toList();
    assertThat(ids)
        .isEqualTo(
            chosen.isEmpty()
                ? here.timeline().nodes().stream().map(Node::id).toList()
                : new ArrayList<>(chosen));
    for (NodeId id : ids) {
      Node is = there.timeline().find(id).orElseThrow();
      Node was = here.timeline().find(id).orElseThrow();
      assertThat(is.parent())
          .isEqualTo(
              here.timeline().ancestry(id).stream()
                  .skip(1)
                  .map(Node::id)
                  .filter(ids::contains)
                  .findFirst());
      assertThat(PackedSession.ram(there, id)).isEqualTo(PackedSession.ram(here, id));
      assertThat(PackedSession.disk(there, id)).isEqualTo(PackedSession.disk(here, id));
      assertThat(there.content(id).deviceState()).isEqualTo(here.content(id).deviceState());
      assertThat(there.transcript(is.console())).isEqualTo(here.transcript(was.console()));
      assertThat(is.label()).isEqualTo(was.label());
    }
    assertThat(there.verify()).isEmpty();
    assertThat(there.problems()).isEmpty();
  }

  /** Few contents, so that nodes and disks share them; zeroes now and then. */
  private static Map<Integer, Integer> changes(Random random, int places) {
    Map<Integer, Integer> changes = new HashMap<>();
    for (int i = random.nextInt(10); i > 0; i--) {
      changes.put(random.nextInt(places), random.nextInt(8) - 1);
    }
    return changes;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
