package dev.marey.snapshot;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.session.PageMapFiles;
import dev.marey.snapshot.session.StateFiles;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
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

  private final PageStore pages;
  private final PageMapFiles maps;
  private final StateFiles states;
  private final BitSet sound = new BitSet();
  private final Map<Integer, String> damaged = new HashMap<>();

  SessionCheck(PageStore pages, PageMapFiles maps, StateFiles states) {
    this.pages = pages;
    this.maps = maps;
    this.states = states;
  }

  List<SessionDamage> damageOf(NodeId id, Optional<String> shape) {
    List<SessionDamage> found = new ArrayList<>();
    try {
      states
          .damageOf(id, shape)
          .ifPresent(what -> found.add(new SessionDamage(id, Optional.empty(), what)));
      PageMap map = maps.readBack(id);
      map.forEachStored(
          (page, ref) -> {
            String what = damageOfPage(ref);
            if (!what.isEmpty()) {
              found.add(new SessionDamage(id, Optional.of(new PageNumber(page)), what));
            }
          });
    } catch (SnapshotException e) {
      found.add(new SessionDamage(id, Optional.empty(), e.getMessage()));
    }
    return found;
  }

  private String damageOfPage(int ref) {
    if (sound.get(ref)) {
      return "";
    }
    String known = damaged.get(ref);
    if (known != null) {
      return known;
    }
    String what = pages.damageOf(ref);
    if (what == null) {
      sound.set(ref);
      return "";
    }
    damaged.put(ref, what);
    return what;
  }
}
