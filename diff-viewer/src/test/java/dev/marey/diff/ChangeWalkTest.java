package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ChangeWalkTest {

  private static final int PAGES = 12;
  private static final long HIGH = 1L << 32;

  @Test
  void stepsFromStretchToStretchAcrossPagesAndTheHole() throws Exception {
    FakeRam a = new FakeRam(PAGES);
    FakeRam b =
        new FakeRam(PAGES).write(1, 4094, 1, 1).write(2, 0, 1).write(2, 9, 1).write(8, 5, 1);
    ChangeWalk walk = new ChangeWalk(FakeRam.diff(a.and(b, 8, HIGH)));

    assertThat(forward(walk)).containsExactly(0x1ffeL, 0x2009L, HIGH + 5);
    assertThat(backward(walk)).containsExactly(HIGH + 5, 0x2009L, 0x1ffeL);
  }

  @Test
  void fromInsideAStretchPreviousGoesToTheOneBefore() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 0, 1).write(1, 8, 1, 1, 1);
    ChangeWalk walk = new ChangeWalk(FakeRam.diff(new FakeRam(PAGES).and(b)));

    assertThat(walk.previousStretch(new GuestAddress(0x100a))).contains(new GuestAddress(0x1000));
    assertThat(walk.nextByte(new GuestAddress(0x1008))).contains(new GuestAddress(0x1009));
    assertThat(walk.previousByte(new GuestAddress(0x1009))).contains(new GuestAddress(0x1008));
  }

  @Property(tries = 40)
  void walkingByteByByteMeetsExactlyTheDifferingBytes(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = new FakeRam(PAGES);
    for (int i = 0; i < 30; i++) {
      b.write(random.nextInt(PAGES), random.nextInt(PageNumber.PAGE_BYTES), 1);
    }
    RamDiff diff = FakeRam.diff(a.and(b, 5, HIGH));
    List<Long> expected = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      long start = diff.ram().layout().addressOf(new PageNumber(page)).value();
      for (int at = 0; at < PageNumber.PAGE_BYTES; at++) {
        if (b.page(page)[at] != 0) {
          expected.add(start + at);
        }
      }
    }
    ChangeWalk walk = new ChangeWalk(diff);
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.nextByte(new GuestAddress(0));
    if (b.page(0)[0] != 0) {
      met.add(0L);
    }
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.nextByte(at.get());
    }
    assertThat(met).isEqualTo(expected);
  }

  @Property(tries = 60)
  void walkingStretchByStretchMeetsTheStartOfEachOnce(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    FakeRam b = new FakeRam(PAGES);
    for (int i = 0; i < 8; i++) {
      int page = random.nextInt(PAGES);
      int from = random.nextInt(3) == 0 ? 0 : random.nextInt(PageNumber.PAGE_BYTES);
      int length = random.nextInt(2) == 0 ? PageNumber.PAGE_BYTES : random.nextInt(40);
      for (int at = from; at < Math.min(from + length, PageNumber.PAGE_BYTES); at++) {
        b.write(page, at, 1);
      }
    }
    RamDiff diff = FakeRam.diff(new FakeRam(PAGES).and(b, 5, HIGH));
    List<Long> starts = new ArrayList<>();
    long last = -2;
    for (int page = 0; page < PAGES; page++) {
      long start = diff.ram().layout().addressOf(new PageNumber(page)).value();
      for (int at = 0; at < PageNumber.PAGE_BYTES; at++) {
        if (b.page(page)[at] != 0) {
          if (last != start + at - 1) {
            starts.add(start + at);
          }
          last = start + at;
        }
      }
    }
    List<Long> descending = new ArrayList<>(starts);
    Collections.reverse(descending);
    ChangeWalk walk = new ChangeWalk(diff);
    Optional<GuestAddress> first = walk.byteAtOrAfter(new GuestAddress(0));
    assertThat(first.map(GuestAddress::value)).isEqualTo(starts.stream().findFirst());
    boolean atZero = starts.stream().findFirst().equals(Optional.of(0L));
    assertThat(forward(walk)).isEqualTo(atZero ? starts.subList(1, starts.size()) : starts);
    assertThat(backward(walk)).isEqualTo(descending);
  }

  @Test
  void aMebibyteThatChangedWholeIsReadOnce() throws Exception {
    CountingRam ram = oneMebibyteAndOneByte();
    ChangeWalk walk = new ChangeWalk(FakeRam.diff(ram));
    ram.reads.clear();
    assertThat(walk.nextStretch(new GuestAddress(0x1000))).contains(new GuestAddress(0x103005));
    assertThat(ram.reads).hasSize(257).doesNotHaveDuplicates();
    ram.reads.clear();
    assertThat(walk.previousStretch(new GuestAddress(0x103005))).contains(new GuestAddress(0x1000));
    assertThat(ram.reads).hasSizeLessThanOrEqualTo(257).doesNotHaveDuplicates();
  }

  @Test
  void aWalkThatNobodyWaitsForEndsBeforeTheNextPage() throws Exception {
    CountingRam ram = oneMebibyteAndOneByte();
    RamDiff diff = FakeRam.diff(ram);
    ram.reads.clear();
    Progress cancelledAfterThree =
        new Progress() {
          @Override
          public void at(int done, int total) {}

          @Override
          public boolean cancelled() {
            return ram.reads.size() >= 3;
          }
        };
    ChangeWalk walk = new ChangeWalk(diff, cancelledAfterThree);
    assertThat(walk.nextStretch(new GuestAddress(0x1000))).isEmpty();
    assertThat(ram.reads).hasSize(3);
    ram.reads.clear();
    assertThat(walk.previousStretch(new GuestAddress(0x103005))).isEmpty();
    assertThat(ram.reads).hasSize(3);
  }

  /** Pages 1 to 256 changed whole, of page 259 byte 5. */
  private static CountingRam oneMebibyteAndOneByte() {
    int pages = 260;
    FakeRam b = new FakeRam(pages).write(259, 5, 1);
    for (int page = 1; page <= 256; page++) {
      for (int at = 0; at < PageNumber.PAGE_BYTES; at++) {
        b.write(page, at, 0xcc);
      }
    }
    return new CountingRam(new FakeRam(pages).and(b));
  }

  /** Notes which pages of A are read. */
  private record CountingRam(RamPair of, List<PageNumber> reads) implements RamPair {

    CountingRam(RamPair of) {
      this(of, new ArrayList<>());
    }

    @Override
    public int pageCount() {
      return of.pageCount();
    }

    @Override
    public RamLayout layout() {
      return of.layout();
    }

    @Override
    public void forEachDifference(DifferenceVisitor visitor) throws SnapshotException {
      of.forEachDifference(visitor);
    }

    @Override
    public void readPage(Side side, PageNumber page, byte[] into) throws SnapshotException {
      if (side == Side.A) {
        reads.add(page);
      }
      of.readPage(side, page, into);
    }
  }

  private static List<Long> forward(ChangeWalk walk) throws Exception {
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.nextStretch(new GuestAddress(0));
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.nextStretch(at.get());
    }
    return met;
  }

  private static List<Long> backward(ChangeWalk walk) throws Exception {
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.previousStretch(new GuestAddress(HIGH + PAGES * 4096L));
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.previousStretch(at.get());
    }
    return met;
  }
}
