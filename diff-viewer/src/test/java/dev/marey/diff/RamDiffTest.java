package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.machine.RamLayout;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RamDiffTest {

  private static final int PAGES = 40;
  private static final int PAGE = PageNumber.PAGE_BYTES;

  @Property(tries = 50)
  void nothingDiffersFromItself(@ForAll long seed) {
    FakeRam ram = scribbled(new FakeRam(PAGES), new Random(seed));
    assertThat(FakeRam.diff(ram.and(ram.copy())).isEmpty()).isTrue();
  }

  @Property(tries = 50)
  void namesExactlyThePagesThatDifferWithTheirCounts(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    FakeRam a = scribbled(new FakeRam(PAGES), random);
    FakeRam b = scribbled(a.copy(), random);

    RamDiff diff = FakeRam.diff(a.and(b, 17, 1L << 32));
    ByteCounts counts = new ByteCounts(diff);

    List<Integer> differing =
        IntStream.range(0, PAGES)
            .filter(p -> !Arrays.equals(a.page(p), b.page(p)))
            .boxed()
            .toList();
    List<Integer> named =
        IntStream.range(0, diff.pagesChanged())
            .mapToObj(i -> diff.change(i).page().index())
            .toList();
    assertThat(named).isEqualTo(differing);
    long sum = 0;
    for (int i = 0; i < diff.pagesChanged(); i++) {
      int page = named.get(i);
      int naive =
          (int) IntStream.range(0, PAGE).filter(at -> a.page(page)[at] != b.page(page)[at]).count();
      assertThat(counts.count(i)).isEqualTo(naive);
      sum += naive;
    }
    assertThat(counts.countAll(Progress.NONE)).isEqualTo(OptionalLong.of(sum));
  }

  @Property(tries = 50)
  void runsHoldEveryChangedPageOnceAndNeverSpanAHole(
      @ForAll long seed, @ForAll @IntRange(max = PAGES) int firstHigh) {
    Random random = new Random(seed);
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = scribbled(a.copy(), random);
    RamDiff diff = FakeRam.diff(a.and(b, firstHigh, 1L << 32));

    List<PageNumber> unfolded =
        diff.runs().stream()
            .flatMap(
                run ->
                    IntStream.range(run.pages().first().index(), run.pages().endIndex())
                        .mapToObj(PageNumber::new))
            .toList();
    assertThat(unfolded)
        .isEqualTo(
            IntStream.range(0, diff.pagesChanged()).mapToObj(i -> diff.change(i).page()).toList());
    for (PageRun run : diff.runs()) {
      RamLayout map = diff.ram().layout();
      assertThat(map.addressOf(new PageNumber(run.pages().endIndex() - 1)))
          .isEqualTo(run.address().plus(run.pages().lengthBytes() - PAGE));
      assertThat(diff.runOf(run.pages().first())).contains(run);
    }
  }

  @Property(tries = 30)
  void swappingIsComparingTheOtherWayRound(@ForAll long seed) {
    Random random = new Random(seed);
    FakeRam a = scribbled(new FakeRam(PAGES), random);
    FakeRam b = scribbled(new FakeRam(PAGES), random);
    assertThat(FakeRam.diff(a.and(b)).swapped().runs()).isEqualTo(FakeRam.diff(b.and(a)).runs());
    assertThat(FakeRam.diff(a.and(b)).swapped().swapped().runs())
        .isEqualTo(FakeRam.diff(a.and(b)).runs());
  }

  @Test
  void tellsPagesThatAppearedAndPagesThatWereZeroedFromChangedOnes() {
    FakeRam a = new FakeRam(PAGES).write(3, 0, 1).write(4, 0, 1).write(5, 0, 1);
    FakeRam b = new FakeRam(PAGES).write(3, 0, 2).write(4, 0, 2).write(9, 7, 1);

    assertThat(FakeRam.diff(a.and(b)).runs())
        .containsExactly(
            new PageRun(
                0, PageSpan.of(3, 2), new GuestAddress(0x3000), ChangeKind.CHANGED, 0, false),
            new PageRun(
                2, PageSpan.of(5, 1), new GuestAddress(0x5000), ChangeKind.ZEROED, 0, false),
            new PageRun(
                3, PageSpan.of(9, 1), new GuestAddress(0x9000), ChangeKind.APPEARED, 0, false));
  }

  @Test
  void addressesAboveTheHoleAreWhereTheGuestSeesThem() {
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = new FakeRam(PAGES).write(16, 0, 1).write(17, 0, 1);

    assertThat(FakeRam.diff(a.and(b, 17, 1L << 32)).runs())
        .extracting(PageRun::address)
        .containsExactly(new GuestAddress(0x10000), new GuestAddress(0x1_0000_0000L));
  }

  @Test
  void aCancelledCountIsAValueAndKeepsWhatItFound() throws Exception {
    FakeRam b = new FakeRam(PAGES);
    IntStream.range(0, PAGES).forEach(page -> b.write(page, 0, 1));
    ByteCounts counts = new ByteCounts(FakeRam.diff(new FakeRam(PAGES).and(b)));
    StopAfter stop = new StopAfter(5);

    assertThat(counts.countAll(stop)).isEmpty();

    assertThat(stop.done()).isEqualTo(5);
    assertThat(counts.known(4)).hasValue(1);
    assertThat(counts.known(5)).isEmpty();
    assertThat(counts.runsByBytes(new StopAfter(0))).isEmpty();
  }

  @Test
  void sortingByBytesPutsTheBusiestFirst() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 0, 1).write(5, 0, 1, 1, 1).write(9, 0, 1, 1);
    ByteCounts counts = new ByteCounts(FakeRam.diff(new FakeRam(PAGES).and(b)));

    assertThat(counts.runsByBytes(Progress.NONE).orElseThrow())
        .extracting(run -> run.pages().first().index())
        .containsExactly(5, 9, 1);
  }

  @Test
  void previewShowsTheFirstChangedBytesOfBothSides() throws Exception {
    FakeRam a = new FakeRam(PAGES).write(2, 0x10, 1, 0, 0, 4);
    FakeRam b = new FakeRam(PAGES).write(2, 0x10, 1, 0xbe, 0xef, 4);
    RamDiff diff = FakeRam.diff(a.and(b));

    assertThat(new ByteCounts(diff).preview(diff.runs().get(0))).isEqualTo("+0x011  00 00 → be ef");
  }

  @Test
  void aHundredThousandChangedPagesAreListedWithoutReadingAny() {
    int pageCount = 200_000;
    long[] nanos = new long[2];
    for (int round = 0; round < 2; round++) {
      int changed = round == 0 ? 1_000 : 100_000;
      RamPair pair = new UnreadableRam(pageCount, changed);
      FakeRam.diff(pair); // warm
      long start = System.nanoTime();
      RamDiff diff = FakeRam.diff(pair);
      nanos[round] = System.nanoTime() - start;
      assertThat(diff.pagesChanged()).isEqualTo(changed);
      assertThat(diff.runs()).hasSize(changed);
    }
    // 100 times the pages; quadratic work would be 10,000 times
    assertThat(nanos[1]).isLessThan(1_000 * Math.max(nanos[0], 1_000_000));
  }

  @Test
  void pagesOutOfOrderAreRefused() {
    RamPair pair = new FakeRam(PAGES).and(new FakeRam(PAGES));
    RamPair unordered =
        new RamPair() {
          @Override
          public int pageCount() {
            return PAGES;
          }

          @Override
          public RamLayout layout() {
            return pair.layout();
          }

          @Override
          public void forEachDifference(DifferenceVisitor visitor) {
            visitor.differs(7, false, false);
            visitor.differs(3, false, false);
          }

          @Override
          public void readPage(Side side, PageNumber page, byte[] into) {}
        };
    assertThatThrownBy(() -> RamDiff.of(unordered))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pages out of order: 3 after 7");
  }

  private static FakeRam scribbled(FakeRam ram, Random random) {
    int writes = random.nextInt(PAGES);
    for (int i = 0; i < writes; i++) {
      int[] bytes = random.ints(random.nextInt(1, 9), 0, 3).toArray();
      ram.write(random.nextInt(PAGES), random.nextInt(PAGE - 8), bytes);
    }
    return ram;
  }

  /** Every second page differs; reading one fails the test. */
  private record UnreadableRam(int pageCount, int changed) implements RamPair {
    @Override
    public RamLayout layout() {
      return RamLayout.flat((long) pageCount * PageNumber.PAGE_BYTES);
    }

    @Override
    public void forEachDifference(DifferenceVisitor visitor) {
      IntStream.range(0, changed).forEach(i -> visitor.differs(2 * i, false, false));
    }

    @Override
    public void readPage(Side side, PageNumber page, byte[] into) {
      throw new AssertionError("read " + page);
    }
  }
}
