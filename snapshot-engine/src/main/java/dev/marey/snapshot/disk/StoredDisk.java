package dev.marey.snapshot.disk;

import dev.marey.machine.disk.BlockDevice;
import dev.marey.machine.disk.DiskImage;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A disk as a node has it: written blocks from the page store, all others from the person's image.
 *
 * <p>Threading: any; {@link #become} needs whoever calls it to keep readers away.
 */
public final class StoredDisk implements BlockDevice {

  private static final int BLOCK = DiskMap.BLOCK_BYTES;

  private final DiskImage image;
  private final PageStore store;
  private volatile PageMap map;

  public StoredDisk(DiskImage image, PageStore store, PageMap map) {
    this.image = image;
    this.store = store;
    this.map = map;
  }

  PageMap map() {
    return map;
  }

  void become(PageMap other) {
    map = other;
  }

  @Override
  public long lengthBytes() {
    return image.lengthBytes();
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    PageMap now = map;
    int end = into.limit();
    long at = offsetBytes;
    while (into.position() < end) {
      int first = (int) (at / BLOCK);
      Optional<Integer> ref = DiskMap.reference(now.refOf(first));
      int behind = first + 1;
      long wanted = at + end - into.position();
      while (ref.isEmpty()
          && (long) behind * BLOCK < wanted
          && now.refOf(behind) == DiskMap.OF_IMAGE) {
        behind++;
      }
      int count = (int) (Math.min(wanted, (long) behind * BLOCK) - at);
      into.limit(into.position() + count);
      if (ref.isEmpty()) {
        image.read(at, into);
      } else {
        readStored(ref.get(), (int) (at % BLOCK), into);
      }
      at += count;
    }
    into.limit(end);
  }

  private void readStored(int ref, int within, ByteBuffer into) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(BLOCK);
    try {
      store.read(ref, page);
    } catch (SnapshotException e) {
      throw new IOException(e.getMessage(), e);
    }
    into.put(page.clear().position(within).limit(within + into.remaining()));
  }

  @Override
  public void write(long offsetBytes, ByteBuffer from) throws IOException {
    throw new IOException("a node's disk can't be written");
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) throws IOException {
    throw new IOException("a node's disk can't be written");
  }

  @Override
  public void flush() {
    // nothing was written
  }
}
