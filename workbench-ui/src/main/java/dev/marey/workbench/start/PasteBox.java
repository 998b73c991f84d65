package dev.marey.workbench.start;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.fxmisc.richtext.CodeArea;
import org.fxmisc.richtext.model.StyleSpans;
import org.fxmisc.richtext.model.StyleSpansBuilder;

/**
 * An editor for a QEMU command line that underlines what cannot be combined and says why, and what
 * will be left out.
 *
 * <p>Threading: fx.
 */
final class PasteBox extends VBox {

  private static final int MOST_REASONS = 6;

  private final StartViewModel model;
  private final CodeArea area = new CodeArea();
  private final VBox reasons = new VBox(4);

  PasteBox(StartViewModel model) {
    super(6);
    this.model = model;
    area.setId("paste-line");
    area.setWrapText(true);
    area.setPrefHeight(110);
    area.setMinHeight(60);
    area.setAccessibleText("QEMU command line");
    area.setPlaceholder(placeholder("qemu-system-x86_64 -m 512 -kernel bzImage …"), Pos.TOP_LEFT);
    area.replaceText(model.commandLine());
    area.textProperty().addListener((property, before, text) -> model.edit(text));
    area.addEventFilter(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ENTER && event.isControlDown()) {
            model.bootPasted();
            event.consume();
          }
        });
    model.problems().addListener((ListChangeListener<PasteProblem>) change -> show());
    model.notices().addListener((ListChangeListener<String>) change -> show());
    reasons.setId("paste-problems");
    StackPane frame = new StackPane(area);
    frame.getStyleClass().add("editor-frame");
    getChildren().setAll(frame, reasons);
    show();
  }

  CodeArea area() {
    return area;
  }

  private static Label placeholder(String text) {
    Label label = new Label(text);
    label.getStyleClass().addAll("hint", "mono");
    return label;
  }

  private void show() {
    List<PasteProblem> problems = model.problems();
    if (area.getLength() > 0) {
      area.setStyleSpans(0, spans(problems, area.getLength()));
    }
    reasons.getChildren().clear();
    for (PasteProblem problem : problems.subList(0, Math.min(MOST_REASONS, problems.size()))) {
      Label what = new Label(problem.what());
      what.getStyleClass().add("reason");
      what.setWrapText(true);
      Label remedy = new Label(problem.remedy());
      remedy.getStyleClass().add("remedy");
      remedy.setWrapText(true);
      VBox row = new VBox(what);
      if (!problem.remedy().isEmpty()) {
        row.getChildren().add(remedy);
      }
      row.setOnMouseClicked(
          event -> {
            area.selectRange(
                Math.min(problem.from(), area.getLength()),
                Math.min(problem.to(), area.getLength()));
            area.requestFocus();
          });
      reasons.getChildren().add(row);
    }
    if (problems.size() > MOST_REASONS) {
      reasons.getChildren().add(new Label("and " + (problems.size() - MOST_REASONS) + " more"));
    }
    for (String notice : model.notices()) {
      Label told = new Label(notice);
      told.getStyleClass().addAll("remedy", "notice-text");
      told.setWrapText(true);
      reasons.getChildren().add(told);
    }
  }

  /** Style classes over the whole text; overlapping problems are joined. */
  static StyleSpans<Collection<String>> spans(List<PasteProblem> problems, int length) {
    List<PasteProblem> sorted = new ArrayList<>(problems);
    sorted.sort(Comparator.comparingInt(PasteProblem::from));
    StyleSpansBuilder<Collection<String>> builder = new StyleSpansBuilder<>();
    int at = 0;
    for (PasteProblem problem : sorted) {
      int from = Math.max(at, Math.min(problem.from(), length));
      int to = Math.max(from, Math.min(problem.to(), length));
      builder.add(List.of(), from - at);
      builder.add(List.of("refused"), to - from);
      at = to;
    }
    builder.add(List.of(), length - at);
    return builder.create();
  }
}
