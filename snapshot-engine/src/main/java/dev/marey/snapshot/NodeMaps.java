package dev.marey.snapshot;

import dev.marey.snapshot.store.PageMap;
import java.util.List;

/**
 * Where the contents of a node are in the page store.
 *
 * @param ram the guest's RAM
 * @param disks the disks it writes, in the guest's order; see {@link
 *     dev.marey.snapshot.disk.DiskMap}
 */
public record NodeMaps(PageMap ram, List<PageMap> disks) {

  public NodeMaps {
    disks = List.copyOf(disks);
  }
}
