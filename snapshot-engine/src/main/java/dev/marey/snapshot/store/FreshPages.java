package dev.marey.snapshot.store;

import java.util.BitSet;
import java.util.TreeMap;

/**
 * Pages that were put lately, for nodes which may not be complete yet: nobody can tell by the nodes
 * that they are needed. They are kept in the order in which they were put, cut at every lease; a
 * lease holds what was put since it began.
 *
 * <p>Threading: the store's lock.
 */
final class FreshPages {

  private final TreeMap<Integer, BitSet> pages = new TreeMap<>();

  /** How many hold what was put since a cut. */
  private final TreeMap<Integer, Integer> leases = new TreeMap<>();

  private int cut;

  /** A page was put, as a new one or as one that was there. */
  void note(int ref) {
    if (!leases.isEmpty()) {
      pages.computeIfAbsent(cut, unused -> new BitSet()).set(ref);
    }
  }

  /** Begins a lease; returns what ends it. */
  int lease() {
    cut++;
    return hold(cut);
  }

  /** The same for all that any lease holds now. */
  int leaseAll() {
    return leases.isEmpty() ? lease() : hold(leases.firstKey());
  }

  private int hold(int from) {
    leases.put(from, leases.getOrDefault(from, 0) + 1);
    return from;
  }

  void end(int lease) {
    int left = leases.getOrDefault(lease, 0) - 1;
    if (left > 0) {
      leases.put(lease, left);
      return;
    }
    leases.keySet().remove(lease);
    if (leases.isEmpty()) {
      pages.clear();
    } else {
      pages.headMap(leases.firstKey()).clear();
    }
  }

  /** Whether a lease holds a page. */
  boolean has(int ref) {
    for (BitSet some : pages.values()) {
      if (some.get(ref)) {
        return true;
      }
    }
    return false;
  }
}
