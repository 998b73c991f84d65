package dev.marey.machine.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the pages that one run of {@code dirty} wrote out of a RAM image and says whether they can
 * be of one instant. The layout of a page and what holds at any instant are in {@code
 * machine/src/guest/include/dirty_page.h}.
 *
 * <p>Threading: one thread.
 */
public final class DirtyPattern {

  /** Bytes of a page; the pattern knows no other size. */
  public static final int PAGE_BYTES = 4096;

  private static final long MAGIC =
      ByteBuffer.wrap("MAREYDP1".getBytes(StandardCharsets.US_ASCII))
          .order(ByteOrder.LITTLE_ENDIAN)
          .getLong();
  private static final int RUN = 8;
  private static final int INDEX = 16;
  private static final int COUNT = 20;
  private static final int GENERATION = 24;
  private static final int BODY = 32;
  private static final int BODY_WORDS = 507;
  private static final int END = 4088;

  private final long run;
  private final SortedMap<Integer, Stamp> pages = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private int count;

  /**
   * What one page of the run shows.
   *
   * @param index its number in the run, which has {@code count} pages
   * @param begun number of the sweep that began to write it
   * @param finished number of the last sweep that finished it
   * @param fault what is wrong with it by itself, in words; empty when nothing is
   */
  public record Stamp(int index, int count, long begun, long finished, String fault) {}

  /** A reader of the pages of one run, whose number {@code dirty} printed when it started. */
  public DirtyPattern(long run) {
    this.run = run;
  }

  /** Looks at one page of the image; any other page than one of the run is passed over. */
  public void accept(ByteBuffer content) {
    stamp(content).ifPresent(this::accept);
  }

  /** Takes one page of the image that {@link #stamp} has read. */
  public void accept(Stamp stamp) {
    count = stamp.count;
    if (pages.putIfAbsent(stamp.index, stamp) != null) {
      faults.add("page " + stamp.index + " is there twice");
    }
    if (!stamp.fault.isEmpty()) {
      faults.add(stamp.fault);
    }
  }

  /** Reads one page; empty if it is not of this run. */
  public Optional<Stamp> stamp(ByteBuffer content) {
    ByteBuffer page = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int start = page.position();
    if (page.remaining() < PAGE_BYTES
        || page.getLong(start) != MAGIC
        || page.getLong(start + RUN) != run) {
      return Optional.empty();
    }
    int index = page.getInt(start + INDEX);
    long begun = page.getLong(start + GENERATION);
    long finished = page.getLong(start + END);
    String fault =
        finished != begun && finished != begun - 1
            ? "page " + index + " was begun by sweep " + begun + " and finished by " + finished
            : faultOfBody(page, start + BODY, index, begun, finished);
    return Optional.of(new Stamp(index, page.getInt(start + COUNT), begun, finished, fault));
  }

  /** A first part of the body is of the sweep that began it, the rest of the one before. */
  private String faultOfBody(ByteBuffer page, int body, int index, long begun, long finished) {
    // Of a page that no sweep has begun yet, the head may be there.
    int word = begun == 0 ? 0 : ofOneSweep(page, body, 0, seed(index, begun));
    if (word == BODY_WORDS || (begun == 0 && ofOldSweep(page, body, 0, index, begun))) {
      return "";
    }
    if (finished == begun) {
      return "page " + index + " of sweep " + begun + " is damaged at word " + word;
    }
    // A 32-bit guest stores a word in two halves, so the one at the border may be half new.
    int rest = ofOldSweep(page, body, word, index, begun) ? word : word + 1;
    return rest == BODY_WORDS || ofOldSweep(page, body, rest, index, begun)
        ? ""
        : "page " + index + " is torn at word " + word + " of sweep " + begun;
  }

  private boolean ofOldSweep(ByteBuffer page, int body, int word, int index, long begun) {
    if (begun > 1) {
      return ofOneSweep(page, body, word, seed(index, begun - 1)) == BODY_WORDS;
    }
    for (int i = word; i < BODY_WORDS; i++) {
      if (page.getLong(body + i * Long.BYTES) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Number of the first word, from the given one on, that does not go with the seed. */
  private static int ofOneSweep(ByteBuffer page, int body, int from, long seed) {
    int word = from;
    while (word < BODY_WORDS && page.getLong(body + word * Long.BYTES) == seed + word) {
      word++;
    }
    return word;
  }

  private long seed(int index, long generation) {
    return (run ^ index) * 0x9e3779b97f4a7c15L + generation * 0xd1342543de82ef95L;
  }

  /**
   * What contradicts one instant, in words; empty when nothing does. Call it after the last page.
   */
  public List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    if (pages.isEmpty()) {
      all.add("no page of run 0x" + Long.toHexString(run) + " was found");
      return all;
    }
    long sweep = pages.values().stream().mapToLong(Stamp::begun).max().orElseThrow();
    int last = -1;
    for (int index = 0; index < count; index++) {
      Stamp page = pages.get(index);
      if (page == null ? sweep > 1 : page.begun < sweep - 1) {
        all.add("page " + index + " of sweep " + (sweep - 1) + " is missing");
      } else if (page != null && page.begun == sweep) {
        if (last != index - 1) {
          all.add("page " + index + " is of sweep " + sweep + ", the one before it is not");
        }
        last = index;
      }
    }
    for (Stamp page : pages.headMap(Math.max(0, last)).values()) {
      if (page.finished != page.begun) {
        all.add("sweep " + page.begun + " went on behind a page it had not finished");
      }
    }
    for (var later : pages.tailMap(last + 1).entrySet()) {
      if (later.getValue().finished != later.getValue().begun) {
        all.add("page " + later.getKey() + " is unfinished, and so is a later sweep");
      }
    }
    return all;
  }

  /** The newest sweep seen; it may be unfinished. */
  public long sweep() {
    return pages.values().stream().mapToLong(Stamp::begun).max().orElse(0);
  }

  /**
   * How many pages the run had begun to write by then, each as often as it was written. Grows from
   * one instant to the next.
   */
  public long written() {
    long sweep = sweep();
    return (sweep - 1) * count + pages.values().stream().filter(p -> p.begun == sweep).count();
  }

  public int pagesFound() {
    return pages.size();
  }
}
