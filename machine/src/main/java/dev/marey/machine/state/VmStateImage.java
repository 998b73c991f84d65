package dev.marey.machine.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/**
 * A small qcow2 file with an empty disk of 1 MiB and one internal snapshot whose VM state is a
 * device state: the form in which a running QEMU takes it ({@code blockdev-add}, then {@code
 * snapshot-load} with that node alone). All numbers are big-endian, all areas are clusters of 64
 * KiB, in this order (QEMU, {@code docs/interop/qcow2.txt}):
 *
 * <pre>
 * cluster 0      header, version 3: u32 "QFI\xfb", 3; disk size; offsets of the tables below
 *         1..    refcount table: offset of each refcount block
 *         r..    refcount blocks: u16 per cluster of the file
 *         a..    active L1: all zero, the disk is empty
 *         l..    L1 of the snapshot: disk 0 ... | VM state: offset of each L2 table
 *         s      snapshot table, one entry: offset of l, its size, id "1", name, VM state size
 *         t..    L2 tables: offset of each cluster of the stream
 *         d..    the stream
 * </pre>
 *
 * An L1 entry stands for 8192 clusters (512 MiB) of the virtual disk; the VM state begins at the
 * first such boundary behind the disk, which is L1 entry 1. The active L1 is as long as the
 * snapshot's, so that loading it moves nothing. QEMU writes to the file when it loads the state;
 * write it anew for another load.
 */
public final class VmStateImage {

  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final long DISK_BYTES = 1 << 20;
  private static final int L1_INDEX_OF_STATE = 1;
  private static final int L2_ENTRIES = CLUSTER / Long.BYTES;
  private static final int REFCOUNTS_PER_BLOCK = CLUSTER / Short.BYTES;
  private static final long COPIED = 1L << 63;
  private static final int HEADER_BYTES = 104;
  private static final int EXTRA_BYTES = 24;
  private static final int MAXIMUM_NAME_BYTES = 255;

  private final Path file;
  private final String snapshotName;

  private VmStateImage(Path file, String snapshotName) {
    this.file = file;
    this.snapshotName = snapshotName;
  }

  /**
   * Writes the file, replacing one of that name. It is not synced to the disk: it is for a QEMU
   * that runs now.
   *
   * @param snapshotName what {@code snapshot-load} is to call it, 1 to 255 bytes of UTF-8
   */
  public static VmStateImage write(Path file, DeviceState state, String snapshotName)
      throws IOException {
    byte[] name = snapshotName.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > MAXIMUM_NAME_BYTES || snapshotName.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "snapshotName must have 1 to 255 bytes and no zero: \"" + snapshotName + "\"");
    }
    if (state.lengthBytes() == 0) {
      throw new IllegalArgumentException("state is empty: QEMU takes no VM state of 0 bytes");
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE))) {
      write(channel, state, name);
    }
    return new VmStateImage(file, snapshotName);
  }

  public Path file() {
    return file;
  }

  public String snapshotName() {
    return snapshotName;
  }

  /** Where each area begins, counted in clusters. */
  private record Layout(
      int stateClusters,
      int l2Tables,
      int refcountTable,
      int refcountBlocks,
      int activeL1,
      int snapshotL1,
      int snapshotTable,
      int firstL2,
      int data,
      int end) {

    static Layout of(int stateBytes) {
      int stateClusters = clusters(stateBytes);
      int l2Tables = (stateClusters + L2_ENTRIES - 1) / L2_ENTRIES;
      // Header, refcount table, two L1 and the snapshot table: one cluster each.
      int others = 5 + l2Tables + stateClusters;
      int blocks = 1;
      while ((long) blocks * REFCOUNTS_PER_BLOCK < (long) others + blocks) {
        blocks++;
      }
      int activeL1 = 2 + blocks;
      int firstL2 = activeL1 + 3;
      int data = firstL2 + l2Tables;
      return new Layout(
          stateClusters,
          l2Tables,
          1,
          2,
          activeL1,
          activeL1 + 1,
          activeL1 + 2,
          firstL2,
          data,
          data + stateClusters);
    }

    int l1Entries() {
      return L1_INDEX_OF_STATE + l2Tables;
    }

    private static int clusters(int bytes) {
      return (int) (((long) bytes + CLUSTER - 1) / CLUSTER);
    }
  }

  private static void write(FileChannel channel, DeviceState state, byte[] name)
      throws IOException {
    Layout layout = Layout.of(state.lengthBytes());
    // Everything before the stream; what is not put stays zero.
    ByteBuffer meta = ByteBuffer.allocate(layout.data() * CLUSTER);
    header(meta, layout);
    for (int block = layout.refcountBlocks(); block < layout.activeL1(); block++) {
      int index = block - layout.refcountBlocks();
      meta.putLong(at(layout.refcountTable()) + index * Long.BYTES, at(block));
    }
    for (int cluster = 0; cluster < layout.end(); cluster++) {
      meta.putShort(at(layout.refcountBlocks()) + cluster * Short.BYTES, (short) 1);
    }
    for (int table = 0; table < layout.l2Tables(); table++) {
      int entry = at(layout.snapshotL1()) + (L1_INDEX_OF_STATE + table) * Long.BYTES;
      meta.putLong(entry, COPIED | at(layout.firstL2() + table));
    }
    for (int cluster = 0; cluster < layout.stateClusters(); cluster++) {
      long offset = (long) (layout.data() + cluster) * CLUSTER;
      meta.putLong(at(layout.firstL2()) + cluster * Long.BYTES, COPIED | offset);
    }
    snapshotEntry(meta, layout, state.lengthBytes(), name);
    writeFully(channel, meta, 0);
    writeFully(channel, state.buffer(), (long) layout.data() * CLUSTER);
    // The last cluster is whole, as qemu-img wants it.
    long padding = (long) layout.end() * CLUSTER - 1;
    if (channel.size() <= padding) {
      writeFully(channel, ByteBuffer.allocate(1), padding);
    }
  }

  private static void header(ByteBuffer meta, Layout layout) {
    meta.put(new byte[] {'Q', 'F', 'I', (byte) 0xfb}).putInt(3);
    meta.putLong(0).putInt(0); // no backing file
    meta.putInt(CLUSTER_BITS);
    meta.putLong(DISK_BYTES);
    meta.putInt(0); // not encrypted
    meta.putInt(layout.l1Entries()).putLong(at(layout.activeL1()));
    meta.putLong(at(layout.refcountTable())).putInt(1);
    meta.putInt(1).putLong(at(layout.snapshotTable())); // one snapshot
    meta.putLong(0).putLong(0).putLong(0); // no incompatible, compatible or autoclear features
    meta.putInt(4); // refcounts of 1 << 4 bits
    meta.putInt(HEADER_BYTES);
    meta.putLong(0); // end of header extensions
  }

  private static void snapshotEntry(ByteBuffer meta, Layout layout, int stateBytes, byte[] name) {
    byte[] id = {'1'};
    meta.position(at(layout.snapshotTable()));
    meta.putLong(at(layout.snapshotL1())).putInt(layout.l1Entries());
    meta.putShort((short) id.length).putShort((short) name.length);
    meta.putInt((int) (System.currentTimeMillis() / 1000)).putInt(0); // date
    meta.putLong(0); // virtual clock
    meta.putInt(stateBytes);
    meta.putInt(EXTRA_BYTES).putLong(stateBytes).putLong(DISK_BYTES).putLong(-1); // no icount
    meta.put(id).put(name);
    meta.clear();
  }

  private static int at(int cluster) {
    return cluster * CLUSTER;
  }

  private static void writeFully(FileChannel channel, ByteBuffer content, long offset)
      throws IOException {
    long at = offset;
    while (content.hasRemaining()) {
      at += channel.write(content, at);
    }
  }
}
