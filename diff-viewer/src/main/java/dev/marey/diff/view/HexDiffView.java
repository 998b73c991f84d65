package dev.marey.diff.view;

import dev.marey.diff.ChangeWalk;
import dev.marey.diff.PageChange;
import dev.marey.diff.RamDiff;
import dev.marey.diff.Side;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Separator;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/**
 * RAM of A and B side by side at guest-physical addresses. Both halves scroll and move together;
 * bytes that differ are marked in both. F3 goes to the next change, Shift+F3 to the one before.
 *
 * <p>Threading: fx.
 */
public final class HexDiffView extends BorderPane {

  private final BackgroundWork work;
  private final HexView a;
  private final HexView b;
  private final Label nameA = new Label("A");
  private final Label nameB = new Label("B");
  private final Label position = new Label();
  private final Label message = new Label();
  private final Button next = button("Next change", "Next change (F3)", this::nextChange);
  private final Button previous =
      button("Previous change", "Previous change (Shift+F3)", this::previousChange);

  private Optional<RamDiff> diff = Optional.empty();
  private BackgroundWork.Running walking = () -> {};

  public HexDiffView(BackgroundWork work) {
    this.work = work;
    a = new HexView(work);
    b = new HexView(work);
    a.setId("hex-a");
    b.setId("hex-b");
    getStyleClass().add("marey-hex-diff");
    a.selectionProperty().bindBidirectional(b.selectionProperty());
    a.topRowProperty().bindBidirectional(b.topRowProperty());
    a.zoomProperty().bindBidirectional(b.zoomProperty());
    a.setMarks((address, value) -> differs(b.byteAt(address), value));
    b.setMarks((address, value) -> differs(a.byteAt(address), value));
    a.setPageListener(() -> pageArrived(b));
    b.setPageListener(() -> pageArrived(a));
    a.setEmptyText("Select a page in the list to see its bytes in A and B.");
    b.setEmptyText("");
    a.selectionProperty().addListener((o, before, now) -> describe());

    HBox halves = new HBox(half(nameA, a), new Separator(Orientation.VERTICAL), half(nameB, b));
    halves.getStyleClass().add("marey-halves");
    setCenter(halves);
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    position.getStyleClass().add("marey-position");
    position.setMinWidth(0);
    message.getStyleClass().add("marey-message");
    HBox bar = new HBox(position, space, message, previous, next);
    bar.getStyleClass().add("marey-bar");
    setBottom(bar);
    addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    clear();
  }

  private static VBox half(Label name, HexView view) {
    name.getStyleClass().add("marey-side-name");
    name.setMaxWidth(Double.MAX_VALUE);
    VBox.setVgrow(view, Priority.ALWAYS);
    VBox half = new VBox(name, view);
    half.setMinWidth(0);
    half.setPrefWidth(100);
    HBox.setHgrow(half, Priority.ALWAYS);
    return half;
  }

  private static Button button(String text, String tip, Runnable action) {
    Button button = new Button(text);
    button.setTooltip(new Tooltip(tip));
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.setFocusTraversable(false);
    button.setOnAction(event -> action.run());
    return button;
  }

  /** Shows both instants; the caret stays at its address. */
  public void show(RamDiff shown, String titleA, String titleB) {
    diff = Optional.of(shown);
    nameA.setText("A  " + titleA);
    nameB.setText("B  " + titleB);
    a.show(source(shown, Side.A));
    b.show(source(shown, Side.B));
    next.setDisable(shown.isEmpty());
    previous.setDisable(shown.isEmpty());
    message.setText("");
    describe();
  }

  private static HexSource source(RamDiff diff, Side side) {
    return HexSource.of((page, into) -> diff.ram().readPage(side, page, into), diff.ram().layout());
  }

  /** Shows nothing. */
  public void clear() {
    diff = Optional.empty();
    walking.cancel();
    a.clear();
    b.clear();
    nameA.setText("A");
    nameB.setText("B");
    position.setText("");
    message.setText("");
    next.setDisable(true);
    previous.setDisable(true);
  }

  /** Brings an address into view in both halves and puts the caret there. */
  public void goTo(GuestAddress address) {
    a.goTo(address.value());
  }

  /** Brings the page into view and puts the caret on its first changed byte. */
  public void goToChangeIn(PageNumber page) {
    diff.ifPresent(
        shown -> {
          GuestAddress start = shown.ram().layout().addressOf(page);
          goTo(start);
          walk(walk -> walk.byteAtOrAfter(start));
        });
  }

  /** As F3. */
  public void nextChange() {
    GuestAddress from = new GuestAddress(a.caret());
    walk(walk -> walk.nextStretch(from));
  }

  /** As Shift+F3. */
  public void previousChange() {
    GuestAddress from = new GuestAddress(a.caret());
    walk(walk -> walk.previousStretch(from));
  }

  /** The left half. */
  public HexView a() {
    return a;
  }

  /** The right half. */
  public HexView b() {
    return b;
  }

  @FunctionalInterface
  private interface Step {
    Optional<GuestAddress> from(ChangeWalk walk) throws SnapshotException;
  }

  private void walk(Step step) {
    if (diff.isEmpty()) {
      return;
    }
    walking.cancel();
    RamDiff walked = diff.get();
    walking =
        work.run(
            progress -> step.from(new ChangeWalk(walked, progress)),
            this::arrive,
            message::setText);
  }

  private void arrive(Optional<GuestAddress> found) {
    message.setText(found.isPresent() ? "" : "No further change in this direction.");
    found.ifPresent(this::goTo);
  }

  private void key(KeyEvent event) {
    if (event.getCode() == KeyCode.F3) {
      if (event.isShiftDown()) {
        previousChange();
      } else {
        nextChange();
      }
      event.consume();
    }
  }

  private static boolean differs(int other, byte value) {
    return other >= 0 && other != (value & 0xff);
  }

  private void pageArrived(HexView other) {
    other.redraw();
    describe();
  }

  private void describe() {
    if (diff.isEmpty()) {
      return;
    }
    GuestAddress at = new GuestAddress(a.caret());
    Optional<PageNumber> page = diff.get().ram().layout().pageAt(at);
    String state =
        page.isEmpty()
            ? "no memory here"
            : diff.get()
                .changeOf(page.get())
                .map(PageChange::kind)
                .map(kind -> "page " + kind.word())
                .orElse("page unchanged");
    position.setText(
        "%s   %s → %s   %s"
            .formatted(at, hex(a.byteAt(a.caret())), hex(b.byteAt(a.caret())), state));
  }

  private static String hex(int value) {
    return value < 0 ? "··" : "%02x".formatted(value);
  }
}
