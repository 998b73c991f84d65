package dev.marey.snapshot;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.store.PageMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads nodes back, every stored page once however many nodes share it.
 *
 * <p>Threading: one thread.
 */
public final class SessionCheck {

  /** Told how far a check is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each node.
     *
     * @return whether to go on
     */
    boolean checked(int nodes, int of);
  }

  private final SessionFiles files;
  private final NodeTree tree;
  private final SessionNews news;
  private final BitSet sound = new BitSet();
  private final Map<Integer, String> damaged = new HashMap<>();

  SessionCheck(SessionFiles files, NodeTree tree, SessionNews news) {
    this.files = files;
    this.tree = tree;
    this.news = news;
  }

  /** Checks all nodes with contents and sets their state by what is found. */
  List<SessionDamage> run(Progress progress) {
    List<Node> nodes = tree.stored();
    List<SessionDamage> damages = new ArrayList<>(tree.unreadable());
    for (int i = 0; i < nodes.size(); i++) {
      NodeId id = nodes.get(i).id();
      List<SessionDamage> found = damageOf(id);
      if (tree.isStored(id)) {
        // Otherwise it was removed meanwhile, with what could not be read any more.
        damages.addAll(found);
      }
      Optional<Node> unused = tree.change(id, node -> checked(node, found));
      news.deliver();
      if (!progress.checked(i + 1, nodes.size())) {
        break;
      }
    }
    return damages;
  }

  private static Node checked(Node node, List<SessionDamage> found) {
    if (found.isEmpty()) {
      return node.withState(NodeState.COMPLETE, "");
    }
    String reason = found.get(0).reason();
    return node.withState(
        NodeState.DAMAGED,
        found.size() == 1 ? reason : reason + " (and " + (found.size() - 1) + " more)");
  }

  private List<SessionDamage> damageOf(NodeId id) {
    List<SessionDamage> found = new ArrayList<>();
    try {
      files
          .states()
          .damageOf(id, tree.shape(id))
          .ifPresent(what -> found.add(new SessionDamage(id, Optional.empty(), what)));
      PageMap map = files.maps().readBack(id);
      map.forEachStored(
          (page, ref) -> {
            String what = damageOfPage(ref);
            if (!what.isEmpty()) {
              found.add(new SessionDamage(id, Optional.of(new PageNumber(page)), what));
            }
          });
      for (int i = 0; i < files.disks().size(); i++) {
        String disk = files.folder().guest().disks().get(i).name();
        files
            .disks()
            .get(i)
            .readBack(id)
            .forEachStored((block, entry) -> checkBlock(id, disk, block, entry, found));
      }
    } catch (SnapshotException e) {
      found.add(new SessionDamage(id, Optional.empty(), e.getMessage()));
    }
    return found;
  }

  private void checkBlock(NodeId id, String disk, int block, int entry, List<SessionDamage> found) {
    String what =
        DiskMap.reference(entry)
            .filter(ref -> ref != PageMap.ZERO_PAGE)
            .map(this::damageOfPage)
            .orElse("");
    if (!what.isEmpty()) {
      found.add(new SessionDamage(id, Optional.empty(), disk + ", block " + block + ": " + what));
    }
  }

  private String damageOfPage(int ref) {
    if (sound.get(ref)) {
      return "";
    }
    String known = damaged.get(ref);
    if (known != null) {
      return known;
    }
    String what = files.pages().damageOf(ref);
    if (what == null) {
      sound.set(ref);
      return "";
    }
    damaged.put(ref, what);
    return what;
  }
}
