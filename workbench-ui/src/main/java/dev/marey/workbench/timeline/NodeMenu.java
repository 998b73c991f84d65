package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import dev.marey.workbench.session.NodeVerbs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.input.KeyCombination;

/**
 * What a right click on a node offers; only what can be done with that node.
 *
 * <p>Threading: fx.
 */
final class NodeMenu {

  private final TimelineViewModel model;
  private final NodeVerbs verbs;
  private final Questions questions;
  private final ExportQuestion exports;
  private final ContextMenu menu = new ContextMenu();

  NodeMenu(TimelineViewModel model, Questions questions, ExportQuestion exports) {
    this.model = model;
    this.verbs = model.verbs();
    this.questions = questions;
    this.exports = exports;
  }

  void show(javafx.scene.Node owner, Node node, double screenX, double screenY) {
    List<MenuItem> items = new ArrayList<>();
    if (verbs.hasGuest() && NodeText.revertible(node)) {
      items.add(item("Revert here", "Enter", () -> verbs.revert(node.id(), false)));
    }
    Optional<Node> shown = model.shown().shownNode();
    items.add(item("Pin as A, then choose B", "C", () -> model.shown().startFrom(node.id())));
    if (shown.isPresent() && !shown.get().id().equals(node.id())) {
      items.add(
          item(
              "Compare with " + shown.get().id(),
              "Ctrl+Click",
              () -> model.shown().compareWith(node.id())));
    }
    if (verbs.hasGuest() && node.state() == NodeState.COMPLETE) {
      items.add(item("Compare with now", "", () -> verbs.compareWithNow(node.id())));
    }
    items.add(new SeparatorMenuItem());
    items.add(item("Rename…", "F2", () -> rename(node)));
    items.add(item("Note…", "N", () -> note(node)));
    items.add(item("Tags…", "T", () -> tags(node)));
    items.add(
        item(node.pinned() ? "Unpin" : "Pin", "P", () -> verbs.pin(node.id(), !node.pinned())));
    if (node.state() == NodeState.COMPLETE) {
      items.add(
          item(
              "Export…",
              "",
              () ->
                  exports
                      .ask(node)
                      .ifPresent(answer -> verbs.export(node.id(), answer.form(), answer.file()))));
    }
    items.add(new SeparatorMenuItem());
    String delete = node.state() == NodeState.FAILED ? "Dismiss" : "Delete";
    items.add(item(delete, "Delete", () -> verbs.delete(node.id())));
    menu.getItems().setAll(items);
    menu.show(owner, screenX, screenY);
  }

  void rename(Node node) {
    questions
        .ask("Rename " + node.id(), "Label (empty for none)", node.label())
        .ifPresent(label -> verbs.rename(node.id(), label.strip()));
  }

  void note(Node node) {
    questions
        .ask("Note on " + node.title(), "Note", node.note())
        .ifPresent(text -> verbs.note(node.id(), text.strip()));
  }

  /** Asks again, with the reason, until they can be had. */
  void tags(Node node) {
    String question = "Tags (with commas between them)";
    Optional<String> line = Optional.of(node.tags().toString());
    while (line.isPresent()) {
      line = questions.ask("Tags of " + node.title(), question, line.get());
      try {
        line.map(Tags::typed).ifPresent(tags -> verbs.tag(node.id(), tags));
        return;
      } catch (IllegalArgumentException e) {
        question = String.valueOf(e.getMessage());
      }
    }
  }

  private static MenuItem item(String text, String key, Runnable action) {
    MenuItem item = new MenuItem(text);
    if (!key.isEmpty() && !key.contains("Click")) {
      item.setAccelerator(KeyCombination.valueOf(key));
    }
    item.setOnAction(event -> action.run());
    return item;
  }
}
