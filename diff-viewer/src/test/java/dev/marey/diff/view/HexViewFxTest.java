package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.FakeRam;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javafx.scene.Scene;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testfx.framework.junit5.ApplicationTest;
import org.testfx.util.WaitForAsyncUtils;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class HexViewFxTest extends ApplicationTest {

  private static final int PAGES = 16;
  private static final long HIGH = 1L << 32;

  private final Queue<Runnable> background = new ConcurrentLinkedQueue<>();
  private final BackgroundWork work = BackgroundWork.on(background::add);

  @SuppressWarnings("NullAway.Init")
  private HexView view;

  @Override
  public void start(Stage stage) {
    view = new HexView(work);
    Scene scene = new Scene(view, 700, 320);
    scene.getStylesheets().add(DiffTheme.DARK.stylesheet());
    stage.setScene(scene);
    stage.setWidth(700);
    stage.setHeight(320);
    stage.show();
    view.requestFocus();
  }

  @Test
  void drawsBytesAndCharactersOnceTheyAreRead() {
    show(new FakeRam(PAGES).write(0, 0, 'M', 'a', 'r', 'e', 'y', 0xff, ' ', '!'), 0);

    assertThat(firstLine())
        .isEqualTo("00000000  ·· ·· ·· ·· ·· ·· ·· ··  ·· ·· ·· ·· ·· ·· ·· ··                  ");
    runBackground();
    assertThat(firstLine())
        .isEqualTo("00000000  4d 61 72 65 79 ff 20 21  00 00 00 00 00 00 00 00  Marey. !........");
  }

  @Test
  void whereTheGuestHasNoMemoryThereAreDashes() {
    show(new FakeRam(PAGES), 8);

    goTo(0x8000);
    runBackground();

    assertThat(lines())
        .contains(
            "000008000  " + "-- ".repeat(7) + "--  " + "-- ".repeat(7) + "--  " + " ".repeat(16));
  }

  @Test
  void anAddressAboveTheHoleShowsThePageThatLiesThere() {
    show(new FakeRam(PAGES).write(9, 0x20, 0xca, 0xfe), 8);

    goTo(HIGH + 0x1020);
    runBackground();

    assertThat(lines()).anySatisfy(line -> assertThat(line).startsWith("100001020  ca fe 00 00"));
    assertThat(onFx(view::caret)).isEqualTo(HIGH + 0x1020);
  }

  @Test
  void aPageThatCannotBeReadSaysWhyInItsPlace() {
    HexSource damaged =
        new HexSource() {
          @Override
          public long lengthBytes() {
            return 4096;
          }

          @Override
          public Optional<byte[]> readPage(long pageIndex) throws SnapshotException {
            throw new SnapshotException("page 0 of S3 is damaged");
          }
        };
    interact(() -> view.show(damaged));
    firstLine();
    runBackground();

    assertThat(firstLine()).contains("!! !!").endsWith("page 0 of S3 is damaged");
  }

  @Test
  void theKeyboardReachesEveryByte() {
    show(new FakeRam(PAGES), 0);

    type(KeyCode.RIGHT, KeyCode.DOWN);
    assertThat(onFx(view::caret)).isEqualTo(0x11);
    type(KeyCode.END);
    assertThat(onFx(view::caret)).isEqualTo(0x1f);
    type(KeyCode.HOME, KeyCode.UP);
    assertThat(onFx(view::caret)).isEqualTo(0);
    type(KeyCode.UP, KeyCode.LEFT);
    assertThat(onFx(view::caret)).isEqualTo(0);
    push(KeyCode.CONTROL, KeyCode.END);
    assertThat(onFx(view::caret)).isEqualTo(PAGES * 4096L - 1);
    assertThat(lines()).last().asString().startsWith("0000fff0");
    push(KeyCode.CONTROL, KeyCode.HOME);
    type(KeyCode.PAGE_DOWN);
    assertThat(onFx(view::caret)).isEqualTo(onFx(() -> view.topRowProperty().get()) * 16);
    assertThat(onFx(view::caret)).isPositive();
    type(KeyCode.PAGE_UP);
    assertThat(onFx(view::caret)).isEqualTo(0);
  }

  @Test
  void selectedBytesAreCopiedAsHexadecimal() {
    show(new FakeRam(PAGES).write(0, 0, 1, 2, 3, 4), 0);
    firstLine();
    runBackground();

    type(KeyCode.RIGHT);
    push(KeyCode.SHIFT, KeyCode.RIGHT);
    push(KeyCode.CONTROL, KeyCode.C);

    assertThat(onFx(() -> Clipboard.getSystemClipboard().getString())).isEqualTo("02 03");
  }

  @Test
  void aTypedAddressIsGoneToAndANonsensicalOneExplained() {
    show(new FakeRam(PAGES), 0);

    push(KeyCode.CONTROL, KeyCode.G);
    write("xyz").type(KeyCode.ENTER);
    assertThat(lookup(".marey-problem").queryLabeled().getText())
        .isEqualTo("“xyz” is not a hexadecimal address");
    doubleClickOn(".marey-go-to-field").write("99999999").type(KeyCode.ENTER);
    assertThat(lookup(".marey-problem").queryLabeled().getText())
        .isEqualTo("Memory ends at 0x10000");
    doubleClickOn(".marey-go-to-field").write("0x7010").type(KeyCode.ENTER);

    assertThat(onFx(view::caret)).isEqualTo(0x7010);
    assertThat(lines()).anySatisfy(line -> assertThat(line).startsWith("00007010"));
  }

  @Test
  void markedBytesAreDrawnMarked() {
    show(new FakeRam(PAGES).write(0, 3, 7, 7), 0);
    interact(() -> view.setMarks((address, value) -> value == 7));
    firstLine();
    runBackground();

    assertThat(onFx(view::visibleMarks)).containsExactly(3L, 4L);
  }

  @Test
  void clickingAByteInEitherHalfPutsTheCaretThere() {
    show(new FakeRam(PAGES), 0);
    HexGrid grid = onFx(view::grid);
    var corner = onFx(() -> view.localToScreen(0, 0));

    clickOn(corner.getX() + grid.hexX(9) + 4, corner.getY() + grid.rowY(2) + 5);
    assertThat(onFx(view::caret)).isEqualTo(0x29);
    clickOn(corner.getX() + grid.asciiX(3) + 2, corner.getY() + grid.rowY(4) + 5);
    assertThat(onFx(view::caret)).isEqualTo(0x43);
  }

  @Test
  void aNarrowViewShowsFewerBytesInARow() {
    show(new FakeRam(PAGES), 0);
    interact(() -> view.getScene().getWindow().setWidth(400));
    WaitForAsyncUtils.waitForFxEvents();

    assertThat(onFx(view::visibleText)).isNotEmpty();
    assertThat(onFx(view::bytesPerRow)).isEqualTo(8);
  }

  private void show(FakeRam ram, int firstHighPage) {
    RamLayout layout =
        firstHighPage == 0
            ? RamLayout.flat(PAGES * 4096L)
            : FakeRam.layout(PAGES, firstHighPage, HIGH);
    interact(() -> view.show(HexSource.of(ram, layout)));
  }

  private void goTo(long address) {
    interact(() -> view.goTo(address));
    firstLine();
  }

  private void runBackground() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
    WaitForAsyncUtils.waitForFxEvents();
  }

  private String firstLine() {
    return lines().get(0);
  }

  private List<String> lines() {
    return onFx(view::visibleText).lines().toList();
  }

  private static <T> T onFx(Supplier<T> question) {
    return WaitForAsyncUtils.waitForAsyncFx(10_000, question::get);
  }
}
