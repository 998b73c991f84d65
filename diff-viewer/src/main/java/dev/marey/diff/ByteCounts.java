package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many bytes differ in each changed page: found when asked, remembered for good.
 *
 * <p>Threading: any (lock-free; two threads asking at once may both read the page).
 */
public final class ByteCounts {

  private final RamDiff diff;
  // count + 1; 0 is "not known yet"
  private final AtomicIntegerArray counts;

  public ByteCounts(RamDiff diff) {
    this.diff = diff;
    this.counts = new AtomicIntegerArray(diff.pagesChanged());
  }

  /** The count if it was found before. */
  public OptionalInt known(int index) {
    int value = counts.get(index);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value - 1);
  }

  /**
   * Differing bytes of one page; reads it if need be.
   *
   * @param index of the change in its {@link RamDiff}
   */
  public int count(int index) throws SnapshotException {
    OptionalInt known = known(index);
    if (known.isPresent()) {
      return known.getAsInt();
    }
    int count = PagePair.read(diff.ram(), diff.change(index).page()).bytesChanged();
    counts.set(index, count + 1);
    return count;
  }

  /** Differing bytes of a run; empty when cancelled. */
  public OptionalLong count(PageRun run, Progress progress) throws SnapshotException {
    long sum = 0;
    int total = run.pages().pageCount();
    for (int i = 0; i < total; i++) {
      if (progress.cancelled()) {
        return OptionalLong.empty();
      }
      sum += count(run.firstChange() + i);
      progress.at(i + 1, total);
    }
    return OptionalLong.of(sum);
  }

  /** Sum over the run if all its pages were counted before. */
  public OptionalLong known(PageRun run) {
    long sum = 0;
    for (int i = 0; i < run.pages().pageCount(); i++) {
      OptionalInt known = known(run.firstChange() + i);
      if (known.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += known.getAsInt();
    }
    return OptionalLong.of(sum);
  }

  /**
   * Counts every changed page.
   *
   * @return the sum in bytes; empty when cancelled, what was counted until then stays known
   */
  public OptionalLong countAll(Progress progress) throws SnapshotException {
    long sum = 0;
    int total = diff.pagesChanged();
    for (int i = 0; i < total; i++) {
      if (progress.cancelled()) {
        return OptionalLong.empty();
      }
      sum += count(i);
      progress.at(i + 1, total);
    }
    return OptionalLong.of(sum);
  }

  /**
   * What {@link #countReadable} found.
   *
   * @param unreadable pages that could not be read, and so count nothing
   * @param reason why the first of them could not be; empty when all were read
   */
  public record Counted(int unreadable, String reason) {}

  /**
   * Counts every changed page that can be read.
   *
   * @return empty when cancelled, what was counted until then stays known
   */
  public Optional<Counted> countReadable(Progress progress) {
    int unreadable = 0;
    String reason = "";
    int total = diff.pagesChanged();
    for (int i = 0; i < total; i++) {
      if (progress.cancelled()) {
        return Optional.empty();
      }
      try {
        count(i);
      } catch (SnapshotException e) {
        reason = unreadable++ == 0 ? String.valueOf(e.getMessage()) : reason;
      }
      progress.at(i + 1, total);
    }
    return Optional.of(new Counted(unreadable, reason));
  }

  /** Sum over those pages of the run that were counted before. */
  public long atLeast(PageRun run) {
    long sum = 0;
    for (int i = 0; i < run.pages().pageCount(); i++) {
      sum += known(run.firstChange() + i).orElse(0);
    }
    return sum;
  }

  /** All runs, most bytes first, ties by address; empty when cancelled. */
  public Optional<List<PageRun>> runsByBytes(Progress progress) throws SnapshotException {
    if (countAll(progress).isEmpty()) {
      return Optional.empty();
    }
    List<PageRun> sorted = new ArrayList<>(diff.runs());
    sorted.sort(Comparator.comparingLong((PageRun run) -> known(run).orElse(0)).reversed());
    return Optional.of(sorted);
  }

  /** First differing bytes of a run, for people. */
  public String preview(PageRun run) throws SnapshotException {
    PageNumber first = run.pages().first();
    return PagePair.read(diff.ram(), first).preview();
  }
}
