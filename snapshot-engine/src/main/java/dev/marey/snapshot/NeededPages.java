package dev.marey.snapshot;

import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.store.PageMap;
import java.util.BitSet;
import java.util.Optional;

/**
 * References of pages that somebody needs, gathered from page maps.
 *
 * <p>Threading: one thread.
 */
final class NeededPages {

  private final BitSet references = new BitSet();
  private Optional<PageMap> before = Optional.empty();

  /** What the map of a guest's RAM names. Costs what differs from the one before. */
  void ram(PageMap map) {
    before
        .orElse(PageMap.empty(map.pageCount()))
        .forEachDifference(map, (page, was, ref) -> references.set(ref));
    before = Optional.of(map);
  }

  /** What the map of a disk names. */
  void disk(PageMap map) {
    map.forEachStored(
        (block, entry) -> DiskMap.reference(entry).ifPresent(ref -> references.set(ref)));
  }

  void all(NodeMaps maps) {
    ram(maps.ram());
    maps.disks().forEach(this::disk);
  }

  void references(BitSet more) {
    references.or(more);
  }

  BitSet references() {
    return references;
  }
}
