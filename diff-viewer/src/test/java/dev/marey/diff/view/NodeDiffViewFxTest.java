package dev.marey.diff.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.ChangeKind;
import dev.marey.diff.FakeRam;
import dev.marey.diff.PageRun;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The comparison as a whole: sides, walking, searching, going to an address. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class NodeDiffViewFxTest extends NodeDiffWindow {

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
}
