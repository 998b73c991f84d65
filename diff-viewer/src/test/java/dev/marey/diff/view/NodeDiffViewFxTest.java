package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.ChangeKind;
import dev.marey.diff.ComparedInstants;
import dev.marey.diff.DeviceDiff;
import dev.marey.diff.FakeRam;
import dev.marey.diff.FieldChange;
import dev.marey.diff.NodeDiff;
import dev.marey.diff.PageRun;
import dev.marey.diff.RamDiff;
import dev.marey.diff.RamPair;
import dev.marey.diff.Side;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javafx.event.EventType;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.paint.Color;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testfx.framework.junit5.ApplicationTest;
import org.testfx.util.WaitForAsyncUtils;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class NodeDiffViewFxTest extends ApplicationTest {

  private static final int PAGES = 64;
  private static final long HIGH = 1L << 32;

  private final ExecutorService background = Executors.newSingleThreadExecutor();

  @SuppressWarnings("NullAway.Init")
  private NodeDiffView view;

  @Override
  public void start(Stage stage) {
    view = new NodeDiffView(BackgroundWork.on(background));
    Scene scene = new Scene(view, 1200, 740);
    scene.getStylesheets().add(DiffTheme.LIGHT.stylesheet());
    stage.setScene(scene);
    stage.setWidth(1200);
    stage.setHeight(740);
    stage.show();
  }

  @AfterEach
  void endBackground() {
    background.shutdownNow();
  }

  @Test
  void emptyItSaysWhatFillsIt() {
    assertThat(texts(".marey-empty"))
        .contains("Select a node to see what changed since the one before it.");
    assertThat(label("#diff-title")).isEqualTo("Nothing compared");
  }

  @Test
  void theFirstChangeIsShownOnBothSidesAtItsGuestPhysicalAddress() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(50, 0x120, 0xca, 0xfe));

    assertThat(label("#diff-title")).isEqualTo("A: S12 (earlier) → B: S17");
    awaitCaret(HIGH + 2 * 4096 + 0x120);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(onFx(() -> hex().b().visibleText())).contains("100002120  ca fe 00 00");
              assertThat(onFx(() -> hex().a().visibleText())).contains("100002120  00 00 00 00");
              assertThat(onFx(() -> hex().a().visibleMarks()))
                  .containsExactly(HIGH + 0x2120, HIGH + 0x2121);
            });
    assertThat(onFx(() -> hex().b().visibleMarks())).containsExactly(HIGH + 0x2120, HIGH + 0x2121);
  }

  @Test
  void f3WalksTheChangesAndBothSidesScrollTogether() {
    show(
        new FakeRam(PAGES),
        new FakeRam(PAGES).write(1, 8, 1).write(1, 0x800, 1, 1).write(60, 0, 1));
    awaitCaret(0x1008);

    interact(() -> hex().a().requestFocus());
    type(KeyCode.F3);
    awaitCaret(0x1800);
    type(KeyCode.F3);
    awaitCaret(HIGH + 12 * 4096);
    assertThat(onFx(() -> hex().b().caret())).isEqualTo(HIGH + 12 * 4096);
    assertThat(onFx(() -> hex().b().topRowProperty().get()))
        .isEqualTo(onFx(() -> hex().a().topRowProperty().get()));
    push(KeyCode.SHIFT, KeyCode.F3);
    awaitCaret(0x1800);
    type(KeyCode.F3).type(KeyCode.F3);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(texts(".marey-message"))
                    .contains("No further change in this direction."));
  }

  @Test
  void swapExchangesTheSidesAndTurnsAppearedIntoZeroed() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 0x77));
    awaitCaret(0x3000);

    clickOn("#diff-swap");

    assertThat(label("#diff-title")).isEqualTo("A: S17 → B: S12 (earlier)");
    assertThat(onFx(() -> view.pages().list().rows()))
        .extracting(PageRun::kind)
        .containsExactly(ChangeKind.ZEROED);
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(onFx(() -> hex().a().visibleText())).contains("000003000  77 00"));
  }

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
  void theHeatMapIsDeadBetweenClearingAndTheNextLayout() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1));
    awaitCaret(0x3000);
    HeatMapView map = view.pages().map();
    Node picture = onFx(() -> map.lookup(".image-view"));
    interact(
        () -> {
          view.clear();
          picture.fireEvent(mouse(MouseEvent.MOUSE_MOVED));
          picture.fireEvent(mouse(MouseEvent.MOUSE_PRESSED));
          assertThat(map.describe(new PageNumber(3))).isEmpty();
        });
  }

  private static MouseEvent mouse(EventType<MouseEvent> type) {
    return new MouseEvent(
        type,
        1,
        1,
        1,
        1,
        MouseButton.PRIMARY,
        1,
        false,
        false,
        false,
        false,
        true,
        false,
        false,
        true,
        false,
        true,
        null);
  }

  @Test
  void theHeatMapShowsChangedPagesAndAClickOpensOne() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1).write(41, 0x30, 1));
    awaitCaret(0x3000);
    HeatMapView map = view.pages().map();
    Color appeared = Color.web("#1a7f37");
    assertThat(onFx(() -> map.colorOf(new PageNumber(41)))).isEqualTo(appeared);
    assertThat(onFx(() -> map.colorOf(new PageNumber(40)))).isNotEqualTo(appeared);
    assertThat(onFx(() -> map.describe(new PageNumber(50)))).isEqualTo("0x100002000 · unchanged");

    HeatGrid grid = onFx(map::grid);
    var corner = onFx(() -> map.localToScreen(0, 0));
    clickOn(corner.getX() + grid.x(41) + 2, corner.getY() + grid.y(41) + 2);

    awaitCaret(0x29030);
    assertThat(onFx(() -> Optional.ofNullable(view.pages().list().selectedProperty().get())))
        .hasValueSatisfying(run -> assertThat(run.pages().first().index()).isEqualTo(41));
  }

  @Test
  void ctrlFFindsTextInAChangedPage() {
    show(
        new FakeRam(PAGES),
        new FakeRam(PAGES).write(3, 0, 1).write(9, 0x40, 'M', 'a', 'r', 'e', 'y'));
    awaitCaret(0x3000);

    interact(() -> hex().a().requestFocus());
    push(KeyCode.CONTROL, KeyCode.F);
    clickOn("#search-field").write("Marey").type(KeyCode.ENTER);

    awaitCaret(0x9040);
    assertThat(label("#search-message")).isEqualTo("1 of 1, in B at 0x9040");
  }

  @Test
  void anAddressTypedIntoTheHeaderIsGoneToAndTheRowThatHoldsItIsSelected() {
    show(
        new FakeRam(PAGES),
        new FakeRam(PAGES).write(3, 0, 1).write(9, 0, 1).write(10, 0, 1).write(11, 0x40, 5));
    awaitCaret(0x3000);

    clickOn("#diff-address").write("0xb040").type(KeyCode.ENTER);

    awaitCaret(0xb040);
    assertThat(onFx(() -> Optional.ofNullable(view.pages().list().selectedProperty().get())))
        .hasValueSatisfying(run -> assertThat(run.pages().first().index()).isEqualTo(9));
    assertThat(onFx(() -> hex().a().isFocused())).isTrue();
    assertThat(label(".marey-page-diff #diff-detail")).isEqualTo("4 of 64 pages differ");
  }

  @Test
  void ctrlGGoesToTheAddressFieldFromTheList() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1));
    awaitCaret(0x3000);

    interact(() -> view.pages().list().table().requestFocus());
    push(KeyCode.CONTROL, KeyCode.G);
    write("2_010").type(KeyCode.ENTER);

    awaitCaret(0x2010);
  }

  @Test
  void anAddressThatIsNoneOrWithoutMemoryIsSaidInTheHeader() {
    show(new FakeRam(PAGES), new FakeRam(PAGES).write(3, 0, 1));
    awaitCaret(0x3000);

    clickOn("#diff-address").write("here").type(KeyCode.ENTER);
    assertThat(label(".marey-page-diff #diff-detail"))
        .isEqualTo("“here” is not a hexadecimal address");

    push(KeyCode.CONTROL, KeyCode.A).write("90000000").type(KeyCode.ENTER);
    assertThat(label(".marey-page-diff #diff-detail"))
        .isEqualTo("The guest has no memory at 0x90000000");
    assertThat(onFx(() -> hex().a().caret())).isEqualTo(0x3000);
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

  @Test
  void theDeviceFilterNarrowsTheTreeAndSaysHowManyItHides() {
    DeviceDiff devices =
        new DeviceDiff(
            List.of(
                new FieldChange(
                    "cpu[0]",
                    "cpu",
                    FieldChange.Kind.GROUP,
                    "",
                    "",
                    false,
                    List.of(
                        change("cpu[0]/RAX", "RAX", "0x1", "0x2", false),
                        change("cpu[0]/tsc", "tsc", "0x5", "0x6", true)))));
    RamDiff none = FakeRam.diff(new FakeRam(PAGES).and(new FakeRam(PAGES)));
    interact(() -> view.show(diffOf(none, devices)));
    clickOn("Device diff (2)");
    assertThat(onFx(() -> view.devices().visibleText()))
        .isEqualTo(
            "cpu |  | 2 fields differ | \n  RAX | 0x1 | 0x2 | \n  tsc | 0x5 | 0x6 | clock\n");

    clickOn("#device-filter").write("rax");

    assertThat(onFx(() -> view.devices().visibleText()))
        .isEqualTo("cpu |  | 1 field differs | \n  RAX | 0x1 | 0x2 | \n");
    assertThat(label("#device-count")).isEqualTo("1 field, 1 hidden");
  }

  @Test
  void selectedDeviceFieldsAreCopiedAsTheirLines() {
    DeviceDiff devices =
        new DeviceDiff(
            List.of(
                change("rtc/index", "index", "0x0b", "0x0c", false),
                change("rtc/offset", "offset", "0x5", "0x6", true)));
    RamDiff none = FakeRam.diff(new FakeRam(PAGES).and(new FakeRam(PAGES)));
    interact(() -> view.show(diffOf(none, devices)));
    clickOn("Device diff (2)");

    clickOn("index");
    push(KeyCode.CONTROL, KeyCode.C);
    assertThat(copied()).isEqualTo("rtc/index  0x0b → 0x0c");
    push(KeyCode.CONTROL, KeyCode.A);
    push(KeyCode.CONTROL, KeyCode.C);
    assertThat(copied()).isEqualTo("rtc/index  0x0b → 0x0c\nrtc/offset  0x5 → 0x6  [clock]");
  }

  private static String copied() {
    return onFx(() -> Clipboard.getSystemClipboard().getString());
  }

  private static FieldChange change(
      String path, String name, String before, String after, boolean clock) {
    return new FieldChange(path, name, FieldChange.Kind.CHANGED, before, after, clock, List.of());
  }

  private void show(FakeRam a, FakeRam b) {
    RamDiff diff = FakeRam.diff(a.and(b, 48, HIGH));
    interact(() -> view.show(diffOf(diff, new DeviceDiff(List.of()))));
  }

  private static NodeDiff diffOf(RamDiff ram, DeviceDiff devices) {
    ComparedInstants instants =
        new ComparedInstants("S12", "S17", Optional.of(Side.A), Optional.empty());
    return new NodeDiff(instants, ram, devices);
  }

  private HexDiffView hex() {
    return view.pages().hex();
  }

  private void awaitCaret(long address) {
    Awaitility.await()
        .untilAsserted(() -> assertThat(onFx(() -> hex().a().caret())).isEqualTo(address));
  }

  private String label(String query) {
    return lookup(query).queryLabeled().getText();
  }

  private List<String> texts(String query) {
    return onFx(
        () ->
            lookup(query).queryAll().stream()
                .map(node -> node instanceof Labeled labeled ? labeled.getText() : null)
                .map(text -> text == null ? "" : text)
                .toList());
  }

  private static <T> T onFx(Supplier<T> question) {
    return WaitForAsyncUtils.waitForAsyncFx(10_000, question::get);
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
