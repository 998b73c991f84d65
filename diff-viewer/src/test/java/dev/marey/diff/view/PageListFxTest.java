package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FakeRam;
import dev.marey.diff.PageHistory;
import dev.marey.diff.RamDiff;
import dev.marey.diff.RamPair;
import dev.marey.diff.Side;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testfx.util.WaitForAsyncUtils;

/** The list of changed pages. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class PageListFxTest extends NodeDiffWindow {

  @Test
  void visibleRowsFillInBytesAndPreview() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0x10, 1, 2, 3).write(9, 0, 5));

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(texts("#page-list .table-cell"))
                    .contains(
                        "0x3000", "+ appeared", "3", "+0x010  00 00 00 → 01 02 03", "0x9000"));
  }

  @Test
  void aRowThatIsThereAgainAfterSwappingShowsTheBytesTheOtherWayRound() {
    show(new FakeRam(PAGES).write(3, 0x10, 1), new FakeRam(PAGES).write(3, 0x10, 2));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(texts("#page-list .table-cell")).contains("+0x010  01 → 02"));

    clickOn("#diff-swap");

    Awaitility.await()
        .untilAsserted(
            () -> assertThat(texts("#page-list .table-cell")).contains("+0x010  02 → 01"));
  }

  /** Sabotage that fails it: usual rows that stay, or go without being counted. */
  @Test
  void usualChangesAreHiddenWhenAskedForAndCounted() throws Exception {
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = new FakeRam(PAGES).write(3, 0, 1).write(9, 0, 5);
    RamPair often = a.and(new FakeRam(PAGES).write(3, 0, 9));
    RamDiff diff = RamDiff.of(a.and(b), PageHistory.of(List.of(often, often, often)));
    interact(() -> view.show(diffOf(diff, new DeviceDiff(List.of()))));
    assertThat(addresses()).containsExactly("0x9000", "0x3000");
    assertThat(texts("#page-list .table-cell")).contains("0 of 3", "3 of 3");

    clickOn("Hide 1 usual change");
    assertThat(addresses()).containsExactly("0x9000");
    interact(() -> view.pages().goTo(new GuestAddress(0x3000)));
    assertThat(addresses()).containsExactly("0x9000");

    clickOn("Hide 1 usual change");
    assertThat(addresses()).containsExactly("0x9000", "0x3000");
  }

  private List<String> addresses() {
    return onFx(
        () -> view.pages().list().rows().stream().map(r -> r.address().toString()).toList());
  }

  @Test
  void sortingByBytesPutsTheBusiestPageFirst() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1).write(9, 0, 5, 5, 5));

    clickOn("Bytes").clickOn("Bytes");

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(onFx(() -> view.pages().list().rows()))
                    .extracting(run -> run.pages().first().index())
                    .containsExactly(9, 3));
  }

  @Test
  void aDamagedPageIsToldAndTheOthersAreSortedAllTheSame() {
    FakeRam b = new FakeRam(PAGES).write(3, 0, 1).write(9, 0, 5, 5, 5).write(20, 0, 1, 1);
    RamPair good = new FakeRam(PAGES).and(b, 48, HIGH);
    DamagedPage damaged = new DamagedPage(good, new AtomicInteger(9));
    interact(() -> view.show(diffOf(FakeRam.diff(damaged), new DeviceDiff(List.of()))));

    clickOn("Bytes").clickOn("Bytes");

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(onFx(() -> view.pages().list().rows()))
                    .extracting(run -> run.pages().first().index())
                    .containsExactly(20, 3, 9));
    assertThat(label("#page-list-sorting"))
        .isEqualTo("1 page cannot be read and count as 0 bytes: segment 1 is damaged.");
    assertThat(onFx(() -> lookup("#page-list-cancel").query().isVisible())).isFalse();
    damaged.page().set(-1);

    clickOn("Bytes").clickOn("Bytes").clickOn("Bytes");

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(onFx(() -> view.pages().list().rows()))
                    .extracting(run -> run.pages().first().index())
                    .containsExactly(9, 20, 3));
    assertThat(onFx(() -> lookup("#page-list-sorting").tryQuery())).isEmpty();
  }

  @Test
  void sortingByBytesCanBeCancelled() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    RamPair slow =
        new GatedRam(
            new FakeRam(PAGES).and(new FakeRam(PAGES).write(3, 0, 1).write(9, 0, 5, 5)), gate);
    interact(() -> view.show(diffOf(FakeRam.diff(slow), new DeviceDiff(List.of()))));

    clickOn("Bytes");
    assertThat(label("#page-list-sorting")).isEqualTo("Counting bytes…");
    clickOn("#page-list-cancel");
    gate.countDown();

    Awaitility.await()
        .untilAsserted(
            () -> assertThat(onFx(() -> lookup("#page-list-sorting").tryQuery())).isEmpty());
    background.submit(() -> {}).get();
    WaitForAsyncUtils.waitForFxEvents();
    assertThat(onFx(() -> view.pages().list().table().getSortOrder())).isEmpty();
    assertThat(onFx(() -> view.pages().list().rows()))
        .extracting(run -> run.pages().first().index())
        .containsExactly(3, 9);
  }

  @Test
  void aHundredThousandRowsOpenWithoutReadingMoreThanTheVisibleOnes() {
    AtomicInteger reads = new AtomicInteger();
    RamDiff diff = FakeRam.diff(new EverySecondPage(reads));

    interact(() -> view.show(diffOf(diff, new DeviceDiff(List.of()))));

    Awaitility.await()
        .untilAsserted(
            () -> assertThat(texts("#page-list .table-cell")).contains("+0x000  00 → 01"));
    assertThat(onFx(() -> view.pages().list().rows())).hasSize(100_000);
    WaitForAsyncUtils.waitForFxEvents();
    assertThat(reads.get()).isLessThan(1_000);
  }

  /** One page of B cannot be read. */
  private record DamagedPage(RamPair of, AtomicInteger page) implements RamPair {
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
    public void readPage(Side side, PageNumber number, byte[] into) throws SnapshotException {
      if (number.index() == page.get() && side == Side.B) {
        throw new SnapshotException("segment 1 is damaged.");
      }
      of.readPage(side, number, into);
    }
  }

  /** Gives pages only when the gate is open. */
  private record GatedRam(RamPair of, CountDownLatch gate) implements RamPair {
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
    public void readPage(Side side, PageNumber number, byte[] into) throws SnapshotException {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new SnapshotException("interrupted", e);
      }
      of.readPage(side, number, into);
    }
  }

  /** Each second of 200,000 pages has got a 1 in B; counts what is read. */
  private record EverySecondPage(AtomicInteger reads) implements RamPair {
    @Override
    public int pageCount() {
      return 200_000;
    }

    @Override
    public RamLayout layout() {
      return RamLayout.flat(200_000L * PageNumber.PAGE_BYTES);
    }

    @Override
    public void forEachDifference(DifferenceVisitor visitor) {
      IntStream.range(0, 100_000).forEach(i -> visitor.differs(2 * i, true, false));
    }

    @Override
    public void readPage(Side side, PageNumber page, byte[] into) {
      reads.incrementAndGet();
      Arrays.fill(into, (byte) 0);
      into[0] = (byte) (side == Side.B && page.index() % 2 == 0 ? 1 : 0);
    }
  }
}
