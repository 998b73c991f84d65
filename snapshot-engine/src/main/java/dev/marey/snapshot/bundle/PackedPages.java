package dev.marey.snapshot.bundle;

import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** The contents of pages that go into a bundle, each once, numbered from 1; 0 is zeroes. */
final class PackedPages {

  private final int[] numbers;
  private final BitSet references;

  PackedPages(Iterable<NodeMaps> nodes) {
    references = new BitSet();
    for (NodeMaps maps : nodes) {
      maps.ram().forEachStored((page, ref) -> references.set(ref));
      for (PageMap disk : maps.disks()) {
        disk.forEachStored((block, entry) -> DiskMap.reference(entry).ifPresent(references::set));
      }
    }
    references.clear(PageMap.ZERO_PAGE);
    numbers = new int[references.length()];
    int number = 0;
    for (int ref = references.nextSetBit(0); ref >= 0; ref = references.nextSetBit(ref + 1)) {
      numbers[ref] = ++number;
    }
  }

  int count() {
    return references.cardinality();
  }

  /** Number of a page of RAM. */
  int ofRam(int ref) {
    return ref == PageMap.ZERO_PAGE ? 0 : numbers[ref];
  }

  /** The same for a block of a disk, in the form of {@link DiskMap}. */
  int ofDisk(int entry) {
    return DiskMap.reference(entry).map(ref -> DiskMap.entry(ofRam(ref))).orElse(DiskMap.OF_IMAGE);
  }

  void write(PageStore store, OutputStream out, Meter meter) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(PageStore.PAGE_BYTES);
    for (int ref = references.nextSetBit(0); ref >= 0; ref = references.nextSetBit(ref + 1)) {
      meter.add(PageStore.PAGE_BYTES);
      try {
        store.read(ref, page);
      } catch (SnapshotException e) {
        throw new IOException(e.getMessage(), e);
      }
      out.write(page.array());
    }
  }
}
