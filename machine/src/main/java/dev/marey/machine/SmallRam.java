package dev.marey.machine;

import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.state.RamBlock;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The small RAM blocks of one QEMU, and which of their pages have been written since a state was
 * taken. In this order: {@link #locate} while the guest may run, {@link #begin} in a pause in which
 * a complete state is saved, {@link #recognize} with that state, then {@link #takeWritten} in each
 * later pause.
 *
 * <p>Threading: one thread at a time.
 */
final class SmallRam implements AutoCloseable {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  /** Read at once; the JVM keeps a buffer of that size for each thread. */
  private static final int CHUNK_BYTES = 256 << 10;

  private final long pid;
  private final SmallRamWatch watch;
  private final Map<String, Long> lengths;
  private final List<SmallRamPlaces.Place> places;
  private final FileChannel memory;
  private final List<Integer> ranges = new ArrayList<>();

  /** Index of the place by the name of the block that is there. */
  private final Map<String, Integer> placeOf = new HashMap<>();

  private SmallRam(
      long pid,
      SmallRamWatch watch,
      Map<String, Long> lengths,
      List<SmallRamPlaces.Place> places,
      FileChannel memory) {
    this.pid = pid;
    this.watch = watch;
    this.lengths = lengths;
    this.places = places;
    this.memory = memory;
  }

  /**
   * Finds where the blocks may be, and has all their pages populated: a page that is not there
   * can't be write-protected.
   *
   * @param ramId name of the block that is guest RAM
   */
  static SmallRam locate(QmpClient qmp, long pid, String ramId, SmallRamWatch watch)
      throws MachineException {
    Map<String, Long> lengths = SmallRamPlaces.lengths(qmp.humanMonitor("info ramblock"));
    lengths.remove(ramId);
    List<SmallRamPlaces.Place> places = SmallRamPlaces.find(pid, lengths);
    try {
      FileChannel memory =
          FileChannel.open(Path.of("/proc/" + pid + "/mem"), StandardOpenOption.READ);
      boolean done = false;
      try {
        SmallRam found = new SmallRam(pid, watch, lengths, places, memory);
        for (SmallRamPlaces.Place place : places) {
          ByteBuffer unused = found.read(place.address(), (int) place.lengthBytes());
        }
        done = true;
        return found;
      } finally {
        if (!done) {
          memory.close();
        }
      }
    } catch (IOException e) {
      throw new MachineException("Reading the memory of QEMU failed: " + e.getMessage(), e);
    }
  }

  /** Sees writes from now on. The machine stands still. */
  void begin() throws MachineException {
    for (SmallRamPlaces.Place place : places) {
      ranges.add(watch.watch(place.address(), place.lengthBytes()));
    }
  }

  /** The same once more, with what is there now. */
  void beginAnew() throws MachineException {
    for (int range : ranges) {
      BitSet unused = watch.takeWritten(range);
    }
    placeOf.clear();
  }

  /**
   * Finds out which block is where, by content.
   *
   * @param blocks as they were when {@link #begin} was called
   * @throws MachineException if that is not certain for one of them
   */
  void recognize(List<RamBlock> blocks) throws MachineException {
    List<ByteBuffer> contents = new ArrayList<>();
    for (SmallRamPlaces.Place place : places) {
      contents.add(read(place.address(), (int) place.lengthBytes()));
    }
    for (RamBlock block : blocks) {
      if (!block.ignored()) {
        placeOf.put(block.name(), theOnlyPlace(block, contents));
      }
    }
    if (placeOf.values().stream().distinct().count() < placeOf.size()) {
      throw new MachineException("Two RAM blocks of QEMU seem to be in the same place.");
    }
  }

  private int theOnlyPlace(RamBlock block, List<ByteBuffer> contents) throws MachineException {
    List<Integer> fitting = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      // after the content: what was not written until now had been read as it was
      BitSet written = watch.written(ranges.get(i));
      // the mapped length: that of a block that can grow is more than it has now
      if (lengths.getOrDefault(block.name(), 0L) == places.get(i).lengthBytes()
          && holds(contents.get(i), block, written)) {
        fitting.add(i);
      }
    }
    if (fitting.size() != 1) {
      throw new MachineException(
          "RAM block %s of QEMU (pid %d) may be in %d places."
              .formatted(block.name(), pid, fitting.size()));
    }
    return fitting.get(0);
  }

  /**
   * Whether a place has the block's content wherever it was not written since; nowhere won't do.
   */
  private static boolean holds(ByteBuffer content, RamBlock block, BitSet written) {
    int pages = (int) (block.lengthBytes() / PAGE);
    int compared = 0;
    for (int page = written.nextClearBit(0); page < pages; page = written.nextClearBit(page + 1)) {
      long offset = (long) page * PAGE;
      if (!content.slice((int) offset, PAGE).equals(block.page(offset))) {
        return false;
      }
      compared++;
    }
    return compared > 0;
  }

  /** The pages written since the last time, by block and offset. The machine stands still. */
  Map<String, SortedMap<Long, ByteBuffer>> takeWritten() throws MachineException {
    Map<String, SortedMap<Long, ByteBuffer>> changed = new HashMap<>();
    for (Map.Entry<String, Integer> block : placeOf.entrySet()) {
      BitSet written = watch.takeWritten(ranges.get(block.getValue()));
      if (!written.isEmpty()) {
        changed.put(block.getKey(), read(places.get(block.getValue()), written));
      }
    }
    return changed;
  }

  private SortedMap<Long, ByteBuffer> read(SmallRamPlaces.Place place, BitSet pages)
      throws MachineException {
    SortedMap<Long, ByteBuffer> read = new TreeMap<>();
    for (int from = pages.nextSetBit(0); from >= 0; ) {
      int to = pages.nextClearBit(from);
      ByteBuffer run = read(place.address() + (long) from * PAGE, (to - from) * PAGE);
      for (int page = from; page < to; page++) {
        read.put((long) page * PAGE, run.slice((page - from) * PAGE, PAGE));
      }
      from = pages.nextSetBit(to);
    }
    return read;
  }

  private ByteBuffer read(long address, int lengthBytes) throws MachineException {
    ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
    try {
      while (bytes.position() < lengthBytes) {
        bytes.limit(Math.min(lengthBytes, bytes.position() + CHUNK_BYTES));
        if (memory.read(bytes, address + bytes.position()) < 0) {
          throw new EOFException("it ends at 0x%x".formatted(address + bytes.position()));
        }
      }
    } catch (IOException e) {
      throw new MachineException("Reading the memory of QEMU failed: " + e.getMessage(), e);
    }
    return bytes.flip();
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
