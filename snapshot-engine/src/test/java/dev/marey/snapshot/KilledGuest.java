package dev.marey.snapshot;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;

/**
 * Opens a session where it stood, and takes nodes of its guest, which rewrites its memory all the
 * time, goes back, thins and gives room back, until it is killed. It says what it does, one line a
 * step; {@link KilledRounds} reads that.
 *
 * <p>Threading: the main thread does one step after the other; a step need not be finished when the
 * next one begins.
 */
public final class KilledGuest {

  static final int MEGABYTES = 32;

  /** Of the guest's memory, half of it; the run has number 1. */
  static final int PAGES = 4096;

  private static final ThinningRule HARD = new ThinningRule(List.of(), Duration.ofDays(1));
  private static final int UNFINISHED = 3;

  private final Random random;
  private final Path copy;
  private final Session session;
  private final LiveGuest live;
  private final Deque<CompletableFuture<?>> unfinished = new ArrayDeque<>();

  private KilledGuest(Path folder, Random random) throws Exception {
    this.random = random;
    this.copy = folder.resolve("ram-copy");
    Path path = folder.resolve("session");
    this.session =
        Files.exists(path)
            ? Session.open(path)
            : Session.create(path, CommandLine.of(commandLine()).accept());
    session.addListener(
        new SessionListener() {
          @Override
          public void nodeAdded(Node node) {
            say("begun", node.id());
          }

          @Override
          public void nodeChanged(Node node) {
            say(node.state().toString(), node.id());
          }
        });
    say("open", "");
    Optional<NodeId> position = session.livePosition();
    this.live =
        position.isEmpty()
            ? LiveGuest.start(session)
            : LiveGuest.open(session, position.get(), RunAfter.RUN);
    live.addListener(
        new LiveListener() {
          @Override
          public void problem(String what) {
            say("problem", what);
          }
        });
    if (position.isEmpty()) {
      // From now on it writes; a node of before would show nothing.
      MatchResult unused = new ConsoleTail(live.console()).await("counter \\d+");
    }
    say("alive", "");
  }

  /** The guest; it rewrites its memory from the beginning. */
  static List<String> commandLine() {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(MEGABYTES));
    line.addAll(List.of("-append", "d=256," + PAGES));
    return line;
  }

  /** The folder in which the session is or will be, and the seed of what is done. */
  public static void main(String[] arguments) {
    try {
      Random random = new Random(Long.parseLong(arguments[1]));
      KilledGuest guest = new KilledGuest(Path.of(arguments[0]), random);
      while (true) {
        guest.step();
      }
    } catch (Exception e) {
      e.printStackTrace(System.out);
      say("problem", "ended");
      Runtime.getRuntime().halt(1);
    }
  }

  private static void say(String what, Object of) {
    System.out.println("> " + what + " " + of);
  }

  private void step() throws Exception {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> later(live.snapshot("", Node.Origin.AUTOMATIC));
      case 5, 6 -> takeWithCopy();
      case 7, 8 -> goBack();
      case 9 -> later(CompletableFuture.runAsync(this::giveRoomBack));
      default -> {
        thin();
        later(CompletableFuture.runAsync(this::giveRoomBack));
      }
    }
  }

  private void later(CompletableFuture<?> step) throws Exception {
    unfinished.add(step);
    while (unfinished.size() > UNFINISHED) {
      Object unused = unfinished.remove().get();
    }
  }

  /** A node whose content is known from QEMU's own copy. */
  private void takeWithCopy() throws Exception {
    live.pause();
    Node.Origin origin = random.nextInt(4) == 0 ? Node.Origin.PERSON : Node.Origin.AUTOMATIC;
    String hash = hashOfRam(live, copy);
    CompletableFuture<Node> node = live.snapshot("", origin);
    live.resume();
    later(node.thenAccept(taken -> say("copied", taken.id() + " " + hash)));
  }

  /** SHA-256 of all RAM of a guest that stands still, as QEMU copies it. */
  static String hashOfRam(LiveGuest live, Path file) throws Exception {
    long bytes = (long) MEGABYTES << 20;
    live.machine()
        .qmp()
        .execute("pmemsave", Map.of("val", 0, "size", bytes, "filename", file.toString()));
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private void goBack() throws Exception {
    List<Node> nodes =
        session.timeline().nodes().stream()
            .filter(node -> node.state() == NodeState.COMPLETE)
            .toList();
    if (!nodes.isEmpty()) {
      NodeId target = nodes.get(random.nextInt(nodes.size())).id();
      RevertWay way = random.nextInt(4) == 0 ? RevertWay.STANDBY : RevertWay.IN_PROCESS;
      say("going", way + " " + target);
      Revert unused = live.revert(target, RunAfter.RUN, way).get();
    }
  }

  private void thin() throws Exception {
    Set<NodeId> nodes = Set.copyOf(session.thinningPlan(HARD, Set.of()));
    nodes.forEach(id -> say("thinning", id));
    for (NodeId id : live.thin(new ThinningPreview(HARD, nodes, 0)).get()) {
      say("thinned", id);
    }
  }

  private void giveRoomBack() {
    try {
      say("swept", session.giveRoomBack());
    } catch (SnapshotException e) {
      throw new CompletionException(e);
    }
  }
}
