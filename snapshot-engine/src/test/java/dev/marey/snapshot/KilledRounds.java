package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.testing.DirtyPattern;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of a session whose process was killed again and again, from what each {@link
 * KilledGuest} had said by then.
 *
 * <p>Threading: the test's.
 */
final class KilledRounds {

  private static final Pattern LOST =
      Pattern.compile(
          "Node (S\\d+) was still being saved when Marey ended, and is lost\\."
              + " All complete nodes are there\\.");

  /** A person deletes the others, or reading them all takes longer from round to round. */
  private static final int KEPT = 10;

  private final Random random;
  private final Set<NodeId> everBegun = new HashSet<>();
  private final Set<NodeId> complete = new HashSet<>();
  private final Map<NodeId, String> hashes = new HashMap<>();
  private final Set<NodeId> begun = new HashSet<>();
  private final Set<NodeId> thinning = new HashSet<>();
  private int lost;
  private int thinned;
  private int copied;

  KilledRounds(Random random) {
    this.random = random;
  }

  /** Hears what one process said until it ended. */
  void hear(List<String> said) {
    begun.clear();
    thinning.clear();
    for (String line : said) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "begun" -> {
          begun.add(NodeId.parse(words[1]));
          assertThat(everBegun.add(NodeId.parse(words[1]))).as("%s is new", words[1]).isTrue();
        }
        case "COMPLETE" -> complete.add(NodeId.parse(words[1]));
        case "copied" -> {
          copied++;
          hashes.put(NodeId.parse(words[1]), words[2]);
        }
        case "thinning" -> thinning.add(NodeId.parse(words[1]));
        case "thinned" -> {
          thinned++;
          assertThat(thinning).contains(NodeId.parse(words[1]));
          forget(NodeId.parse(words[1]));
        }
        default -> {}
      }
    }
  }

  private void forget(NodeId id) {
    complete.remove(id);
    begun.remove(id);
    hashes.remove(id);
  }

  int lost() {
    return lost;
  }

  int thinned() {
    return thinned;
  }

  int copied() {
    return copied;
  }

  /** Looks through the session, which was opened for the first time since. */
  void check(Session session) throws Exception {
    Set<NodeId> named = named(session.problems());
    Set<NodeId> there =
        session.timeline().nodes().stream().map(Node::id).collect(Collectors.toSet());
    assertThat(session.timeline().nodes())
        .extracting(Node::state)
        .allMatch(NodeState.COMPLETE::equals);
    // It may have been killed before it could say so.
    Stream.of(named, there).flatMap(Set::stream).filter(everBegun::add).forEach(begun::add);
    Set<NodeId> mustBeThere = new HashSet<>(complete);
    mustBeThere.removeAll(thinning);
    assertThat(there).as("nodes that were complete").containsAll(mustBeThere);
    Set<NodeId> mayBeThere = new HashSet<>(complete);
    mayBeThere.addAll(begun);
    assertThat(mayBeThere).as("nodes that were begun and not thinned").containsAll(there);
    Set<NodeId> dropped = new HashSet<>(begun);
    dropped.removeAll(there);
    dropped.removeAll(thinning);
    assertThat(named).as("nodes that were half written").isEqualTo(dropped);
    lost += named.size();
    assertIsATree(session.timeline());
    assertThat(session.verify()).isEmpty();
    complete.retainAll(there);
    complete.addAll(there);
    hashes.keySet().retainAll(there);
    for (Node node : session.timeline().nodes()) {
      assertReadsBack(session, node.id());
    }
  }

  private static Set<NodeId> named(List<String> problems) {
    Set<NodeId> nodes = new HashSet<>();
    for (String problem : problems) {
      Matcher matcher = LOST.matcher(problem);
      assertThat(matcher.matches()).as(problem).isTrue();
      nodes.add(NodeId.parse(matcher.group(1)));
    }
    return nodes;
  }

  private static void assertIsATree(Timeline timeline) {
    if (!timeline.nodes().isEmpty()) {
      assertThat(timeline.nodes().stream().filter(node -> node.parent().isEmpty())).hasSize(1);
    }
    assertThat(timeline.nodes().stream().flatMap(node -> node.parent().stream()))
        .allMatch(parent -> timeline.find(parent).isPresent());
  }

  /** As QEMU had copied it, or as it was when it was read first: of one instant. */
  private void assertReadsBack(Session session, NodeId id) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    DirtyPattern pattern = new DirtyPattern(1);
    NodeContent content = session.content(id);
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    for (int i = 0; i < session.pageCount(); i++) {
      content.readPage(new PageNumber(i), page);
      pattern.accept(page);
      digest.update(page.duplicate());
    }
    assertThat(pattern.faults()).as("%s", id).isEmpty();
    String hash = HexFormat.of().formatHex(digest.digest());
    String known = hashes.putIfAbsent(id, hash);
    assertThat(hash).as("hash of %s", id).isEqualTo(known == null ? hash : known);
  }

  /** Brings any node to life; it is what it was, and runs. */
  void bringToLife(Session session, Path folder) throws Exception {
    List<Node> nodes = session.timeline().nodes();
    Node node = nodes.get(random.nextInt(nodes.size()));
    LiveGuest live = LiveGuest.open(session, node.id(), RunAfter.PAUSE);
    try {
      BareMetal guest = BareMetal.of(folder, session, live);
      assertThat(KilledGuest.hashOfRam(live, folder.resolve("ram-copy")))
          .as("hash of %s, alive", node.id())
          .isEqualTo(hashes.get(node.id()));
      live.resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.problems()).isEmpty();
    } finally {
      live.abandon();
    }
  }

  /**
   * Deletes nodes of which there are too many, but not the one all others descend from, and not the
   * present's.
   */
  void deleteSome(Session session) throws SnapshotException {
    List<Node> nodes = new ArrayList<>(session.timeline().nodes());
    nodes.removeIf(
        node -> node.parent().isEmpty() || session.livePosition().equals(Optional.of(node.id())));
    Collections.shuffle(nodes, random);
    for (Node node : nodes.subList(0, Math.max(0, nodes.size() - KEPT))) {
      session.delete(node.id());
      forget(node.id());
    }
  }
}
