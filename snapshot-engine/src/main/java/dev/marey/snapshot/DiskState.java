package dev.marey.snapshot;

import dev.marey.machine.DiskDefinition;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.store.PageMap;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a disk has come from its image at a node.
 *
 * @param disk which one
 * @param lengthBytes its length, in whole blocks
 * @param writtenBytes how much of it the guest has written up to the node, in whole blocks; the
 *     rest is the image's
 */
public record DiskState(DiskDefinition disk, long lengthBytes, long writtenBytes) {

  /**
   * The disks of a node.
   *
   * @param disks those that the guest writes, in its order
   */
  public static List<DiskState> of(List<DiskDefinition> disks, NodeMaps node) {
    List<DiskState> states = new ArrayList<>();
    for (int i = 0; i < disks.size(); i++) {
      PageMap map = node.disks().get(i);
      states.add(
          new DiskState(
              disks.get(i),
              (long) map.pageCount() * DiskMap.BLOCK_BYTES,
              (long) map.differenceCount(PageMap.empty(map.pageCount())) * DiskMap.BLOCK_BYTES));
    }
    return states;
  }
}
