package dev.marey.workbench.diffs;

import dev.marey.diff.PageRun;
import dev.marey.diff.RamDiff;
import dev.marey.diff.view.BackgroundWork;
import dev.marey.diff.view.PageDiffView;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.dock.FocusTarget;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.StackPane;

/**
 * The pages that differ between the compared nodes. Double-click or Enter on a row shows it in the
 * memory view.
 *
 * <p>Threading: fx.
 */
public final class PageDiffDock extends StackPane implements FocusTarget {

  private final PageDiffView view;
  private final EmptyDiff empty;
  private final Consumer<GuestAddress> memory;

  /**
   * A view of the model.
   *
   * @param snapshot takes the first node
   * @param compareWithNow compares a node with the present
   * @param memory shows an address in the memory view
   */
  public PageDiffDock(
      DiffViewModel<RamDiff> model,
      BackgroundWork work,
      Command snapshot,
      Consumer<NodeId> compareWithNow,
      Consumer<GuestAddress> memory) {
    this.memory = memory;
    setId("page-diff");
    getStyleClass().add("view");
    view = new PageDiffView(work);
    view.setOnSwap(model::swap);
    empty = new EmptyDiff(model, snapshot, compareWithNow);
    getChildren().setAll(view, empty);
    TableView<PageRun> table = view.list().table();
    table.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    table.addEventHandler(MouseEvent.MOUSE_CLICKED, this::clicked);
    model.contentProperty().addListener((property, before, content) -> show(content));
    show(model.contentProperty().get());
  }

  /** The comparison itself. */
  public PageDiffView view() {
    return view;
  }

  @Override
  public Node focusTarget() {
    return view.isVisible() ? view.list().table() : this;
  }

  private void show(Optional<DiffContent<RamDiff>> content) {
    boolean keepFocus = isFocusWithin() && view.isVisible() != content.isPresent();
    view.setVisible(content.isPresent());
    empty.setVisible(content.isEmpty());
    content.ifPresentOrElse(found -> view.show(found.instants(), found.diff()), view::clear);
    if (keepFocus) {
      focusTarget().requestFocus();
    }
  }

  private void key(KeyEvent event) {
    if (event.getCode() == KeyCode.ENTER) {
      openMemory();
      event.consume();
    }
  }

  private void clicked(MouseEvent event) {
    if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
      openMemory();
    }
  }

  private void openMemory() {
    Optional.ofNullable(view.list().selectedProperty().get())
        .ifPresent(run -> memory.accept(in(run)));
  }

  /** Where the bytes are shown if that is in these pages, otherwise their start. */
  private GuestAddress in(PageRun run) {
    long caret = view.hex().a().caret();
    long end = run.address().value() + (long) run.pages().pageCount() * PageNumber.PAGE_BYTES;
    return caret >= run.address().value() && caret < end ? new GuestAddress(caret) : run.address();
  }
}
