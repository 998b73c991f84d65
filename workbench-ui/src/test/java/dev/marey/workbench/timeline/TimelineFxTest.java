package dev.marey.workbench.timeline;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.session.NodeVerbs;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.theme.Theme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import javafx.geometry.Bounds;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import javafx.scene.shape.Shape;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kordamp.ikonli.javafx.FontIcon;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class TimelineFxTest implements NodeVerbs {

  @SuppressWarnings("NullAway.Init") // set by show
  private TimelineViewModel model;

  private final List<String> calls = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final Queue<String> answers = new ArrayDeque<>();
  private final ShownViewModel shown = new ShownViewModel();
  private final Timeline nodes =
      Timeline.of(
          List.of(node(1, 0, 0, 2), node(2, 1, 0, 12), node(3, 2, 0, 22), node(4, 2, 1, 26)));

  @Start
  void show(Stage stage) {
    model = new TimelineViewModel(shown, this);
    TimelineView view =
        new TimelineView(
            model,
            (title, question, initial) -> {
              asked.add(title + ": " + question + ": " + initial);
              return Optional.of(answers.isEmpty() ? "renamed" : answers.remove());
            },
            node ->
                Optional.of(
                    new ExportQuestion.Answer(NodeExport.Form.ELF, Path.of("/tmp/" + node.id()))),
            Command.of(
                "guest.snapshot", "Snapshot", "codicon-device-camera", () -> calls.add("take")));
    Scene scene = new Scene(view, 800, 240);
    Theme.DARK.applyToProgram();
    Theme.DARK.applyTo(scene, 12);
    stage.setScene(scene);
    // All tests share the stage, and with it the size another one has given it.
    stage.setMinHeight(0);
    stage.setWidth(800);
    stage.setHeight(240);
    stage.show();
  }

  private void nodesArrive(FxRobot robot) {
    robot.interact(() -> shown.update(nodes));
  }

  @Test
  void theEmptyTimelineOffersASnapshot(FxRobot robot) {
    robot.clickOn("#timeline-first-snapshot");
    assertThat(calls).containsExactly("take");
  }

  @Test
  void aSelectionIsOutlinedAlsoWhenNothingElseMoves(FxRobot robot) {
    nodesArrive(robot);
    robot.interact(() -> shown.select(id(2)));
    assertThat(robot.lookup("#node-S2").lookup(".outline").tryQuery()).isPresent();
    robot.interact(() -> shown.select(id(3)));
    assertThat(robot.lookup("#node-S2").lookup(".outline").tryQuery()).isEmpty();
  }

  @Test
  void lanesThatDoNotFitAreScrolledToAndBarsAreOfOneLineOnly(FxRobot robot) {
    List<dev.marey.snapshot.Node> many = new ArrayList<>(List.of(node(1, 0, 0, 2)));
    for (int lane = 0; lane < 12; lane++) {
      many.add(node(lane + 2, 1, lane, 12));
    }
    robot.interact(() -> shown.update(Timeline.of(many)));
    assertThat(robot.lookup("#timeline-lanes").query().isVisible()).isTrue();
    assertThat(robot.lookup("#node-S13").query().isVisible()).isFalse();
    robot.interact(() -> shown.select(id(13)));
    assertThat(robot.lookup("#node-S13").query().isVisible()).isTrue();
    assertThat(robot.lookup("#node-S2").query().isVisible()).isFalse();
    assertThat(robot.lookup(".pages").queryAll()).hasSize(2);
  }

  @Test
  void fourLanesAreAllInSightAndLabelsLeaveEachOtherRoom(FxRobot robot) {
    List<dev.marey.snapshot.Node> few = new ArrayList<>(List.of(node(1, 0, 0, 2)));
    for (int lane = 0; lane < 4; lane++) {
      few.add(node(lane + 2, 1, lane, 4));
    }
    few.add(node(6, 2, 0, 6));
    robot.interact(
        () -> {
          robot
              .lookup("#timeline")
              .queryAs(TimelineView.class)
              .getScene()
              .getWindow()
              .setHeight(200);
          shown.update(Timeline.of(few));
        });
    Awaitility.await().until(() -> !robot.lookup("#timeline-lanes").query().isVisible());
    List<Bounds> labels = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      Node mark = robot.lookup("#node-S" + i).query();
      assertThat(mark.isVisible()).as("S%d", i).isTrue();
      mark.lookupAll(".node-label")
          .forEach(label -> labels.add(label.localToScene(label.getBoundsInLocal())));
    }
    assertThat(labels).hasSize(6);
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < i; k++) {
        assertThat(labels.get(i).intersects(labels.get(k))).as("labels %d and %d", i, k).isFalse();
      }
    }
  }

  @Test
  void thePresentsLaneIsInSightWhenASessionOpensAndWhenTheWindowBecomesLower(FxRobot robot) {
    List<dev.marey.snapshot.Node> many = new ArrayList<>(List.of(node(1, 0, 0, 2)));
    for (int lane = 0; lane < 12; lane++) {
      many.add(node(lane + 2, 1, lane, 12));
    }
    robot.interact(
        () -> {
          shown.update(Timeline.of(many));
          model.update(FakeSession.running(Duration.ofSeconds(12), Optional.of(id(11)), false));
        });
    assertThat(robot.lookup("#node-S11").query().isVisible()).isTrue();
    robot.interact(() -> robot.lookup("#timeline").query().getScene().getWindow().setHeight(150));
    Awaitility.await()
        .until(() -> robot.lookup("#timeline").query().getBoundsInLocal().getHeight() < 151);
    robot.interact(() -> {});
    assertThat(robot.lookup("#node-S11").query().isVisible()).isTrue();
  }

  @Test
  void labelsAreApartFromOutlinesAndFromEachOtherAlsoInLargeLetters(FxRobot robot) {
    nodesArrive(robot);
    robot.interact(
        () -> {
          shown.update(
              nodes
                  .with(node(5, 3, 0, 23).withMarks("after login", "", false))
                  .with(node(6, 5, 0, 24)));
          model.update(FakeSession.running(Duration.ofSeconds(24), Optional.of(id(6)), false));
          shown.select(id(3));
          robot.lookup("#timeline").query().getScene().getRoot().setStyle("-fx-font-size: 20px;");
        });
    robot.interact(() -> {});
    List<Bounds> labels = new ArrayList<>();
    for (Node label : robot.lookup("#timeline .node-label").queryAll()) {
      if (label.isVisible() && label.getParent().isVisible()) {
        labels.add(label.localToScene(label.getBoundsInLocal()));
      }
    }
    assertThat(labels.size()).isGreaterThanOrEqualTo(4);
    for (int i = 0; i < labels.size(); i++) {
      for (int k = 0; k < i; k++) {
        assertThat(labels.get(i).intersects(labels.get(k))).as("labels %d and %d", i, k).isFalse();
      }
    }
    robot.interact(
        () ->
            robot
                .lookup("#timeline")
                .query()
                .getScene()
                .getRoot()
                .setStyle("-fx-font-size: 12px;"));
    robot.interact(() -> {});
    for (int node : new int[] {3, 6}) {
      robot.interact(() -> shown.select(id(node)));
      Node mark = robot.lookup("#node-S" + node).query();
      Bounds outline = mark.lookup(".outline").getBoundsInParent();
      Bounds label = mark.lookup(".node-label").getBoundsInParent();
      double lettersBegin = label.getMinY() + label.getHeight() * 0.2;
      assertThat(outline.getMaxY()).as("S%d", node).isLessThan(lettersBegin);
    }
  }

  @Test
  void aClusterOfThousandsOpensByKeyboard(FxRobot robot) {
    List<dev.marey.snapshot.Node> many = new ArrayList<>();
    for (int i = 1; i <= 2000; i++) {
      many.add(node(i, i - 1, 0, i));
    }
    robot.interact(() -> shown.update(Timeline.of(many)));
    robot.clickOn("#timeline-fit");
    int before = robot.lookup(".cluster").queryAll().size();
    assertThat(before).isBetween(10, 60);
    NodeMark first = robot.lookup(".cluster").queryAs(NodeMark.class);
    robot.interact(first::requestFocus);
    double nodes = first.mark().orElseThrow().nodes().size();
    robot.type(KeyCode.ENTER);
    assertThat(robot.lookup(".cluster").queryAs(NodeMark.class).mark().orElseThrow().nodes().size())
        .isLessThan((int) nodes);
  }

  @Test
  void twoThousandNodesAreDrawnAboutAsFastAsAFewHundred(FxRobot robot) {
    long few = nanosOfDrawing(robot, 400);
    long thousands = nanosOfDrawing(robot, 2000);
    assertThat(thousands / (double) few).isLessThan(10);
  }

  /** The best of several, so that a busy machine does not count. */
  private long nanosOfDrawing(FxRobot robot, int count) {
    List<dev.marey.snapshot.Node> many = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      many.add(node(i, i - 1, 0, i));
    }
    Timeline timeline = Timeline.of(many);
    long[] best = {Long.MAX_VALUE};
    robot.interact(
        () -> {
          for (int round = 0; round < 30; round++) {
            long start = System.nanoTime();
            shown.update(timeline);
            shown.select(id(round % 2 + 1));
            best[0] = Math.min(best[0], System.nanoTime() - start);
          }
        });
    return best[0];
  }

  @Test
  void aClickSelectsAndADoubleClickReverts(FxRobot robot) {
    nodesArrive(robot);
    robot.clickOn("#node-S3");
    assertThat(shown.shownProperty().get()).contains(id(3));
    assertThat(calls).isEmpty();
    robot.doubleClickOn("#node-S2");
    assertThat(calls).containsExactly("revert S2");
  }

  @Test
  void theKeyboardWalksComparesRenamesAndReverts(FxRobot robot) {
    nodesArrive(robot);
    robot.clickOn("#node-S4").type(KeyCode.C).type(KeyCode.UP);
    assertThat(shown.comparisonProperty().get().orElseThrow().a()).isEqualTo(id(4));
    assertThat(shown.comparisonProperty().get().orElseThrow().b()).isEqualTo(id(3));
    robot.type(KeyCode.F2).type(KeyCode.ENTER);
    assertThat(calls).containsExactly("rename S3 renamed", "revert S3");
  }

  @Test
  void shiftInvertsTheRunStateByMouseAndByKeyboard(FxRobot robot) {
    nodesArrive(robot);
    robot.press(KeyCode.SHIFT).doubleClickOn("#node-S2").release(KeyCode.SHIFT);
    robot.push(KeyCode.SHIFT, KeyCode.ENTER);
    assertThat(calls).containsExactly("revert S2 inverted", "revert S2 inverted");
  }

  @Test
  void ctrlClickSetsTheOtherOfThePairAndLettersTellWhichIsWhich(FxRobot robot) {
    nodesArrive(robot);
    robot.clickOn("#node-S3");
    assertThat(signs(robot, "#node-S3")).containsExactly("sign", "outline", "node-label");
    robot.press(KeyCode.CONTROL).clickOn("#node-S1").release(KeyCode.CONTROL);
    assertThat(shown.shownProperty().get()).contains(id(3));
    assertThat(shown.comparisonProperty().get().map(pair -> pair.a() + " " + pair.b()))
        .contains("S1 S3");
    assertThat(letter(robot, "#node-S1")).isEqualTo("A");
    assertThat(letter(robot, "#node-S3")).isEqualTo("B");
    assertThat(robot.lookup("#timeline-comparison").queryLabeled().getText())
        .isEqualTo("A: S1 (earlier) → B: S3");
  }

  @Test
  void aNodeComparedWithItselfSaysThatNothingDiffers(FxRobot robot) {
    nodesArrive(robot);
    robot.interact(() -> shown.compare(id(3), id(3)));
    assertThat(robot.lookup("#timeline-comparison").queryLabeled().getText())
        .isEqualTo("A and B: S3, so nothing differs");
  }

  @Test
  void aNodeIsExportedAsThePersonSays(FxRobot robot) {
    nodesArrive(robot);
    robot.rightClickOn("#node-S2").clickOn("Export…");
    assertThat(calls).containsExactly("export S2 ELF /tmp/S2");
  }

  @Test
  void keysPinNoteAndDeleteTheShownNode(FxRobot robot) {
    nodesArrive(robot);
    robot.clickOn("#node-S3").type(KeyCode.P).type(KeyCode.N).type(KeyCode.DELETE);
    robot.interact(() -> shown.update(nodes.with(node(3, 2, 0, 22).withMarks("", "", true))));
    robot.type(KeyCode.P);
    assertThat(calls).containsExactly("pin S3", "note S3 renamed", "delete S3", "unpin S3");
  }

  /** Sabotage that fails it: what was typed thrown away with the complaint. */
  @Test
  void tagsThatCannotBeHadAreAskedForAgainWithTheReason(FxRobot robot) {
    nodesArrive(robot);
    robot.interact(
        () ->
            shown.update(
                nodes.with(
                    node(3, 2, 0, 22).withMarks("boot", "", false).withTags(Tags.of("b", "a")))));
    String tooLong = "x".repeat(65);
    answers.add("net, " + tooLong);
    answers.add("net, after login");
    robot.clickOn("#node-S3").type(KeyCode.T);
    assertThat(calls).containsExactly("tag S3 after login, net");
    assertThat(asked)
        .containsExactly(
            "Tags of boot: Tags (with commas between them): a, b",
            "Tags of boot: The tag \""
                + "x".repeat(24)
                + "…\" has 65 characters, and 64 are the"
                + " most. Shorten it.: net, "
                + tooLong);
  }

  @Test
  void theMenuOffersWhatCanBeDoneWithTheNode(FxRobot robot) {
    nodesArrive(robot);
    robot.clickOn("#node-S3").rightClickOn("#node-S1");
    assertThat(menu(robot))
        .containsExactlyInAnyOrder(
            "Revert here",
            "Pin as A, then choose B",
            "Compare with now",
            "Rename…",
            "Note…",
            "Tags…",
            "Pin",
            "Export…",
            "Delete");
    robot.clickOn("Compare with now");
    robot.interact(
        () ->
            shown.update(
                nodes.with(node(4, 2, 1, 26).withState(NodeState.FAILED, "the disk is full."))));
    robot.rightClickOn("#node-S4");
    assertThat(menu(robot))
        .containsExactlyInAnyOrder(
            "Pin as A, then choose B", "Rename…", "Note…", "Tags…", "Pin", "Dismiss");
    robot.clickOn("Dismiss");
    assertThat(calls).containsExactly("compare S1 with now", "delete S4");
  }

  private static List<String> menu(FxRobot robot) {
    return robot.lookup(".menu-item .label").queryAll().stream()
        .filter(label -> label.isVisible() && !label.getStyleClass().contains("accelerator-text"))
        .map(label -> ((Labeled) label).getText())
        .toList();
  }

  @Test
  void whatANodeIsShowsByTheShapeOfItsSign(FxRobot robot) {
    robot.interact(
        () ->
            shown.update(
                Timeline.of(
                    List.of(
                        node(1, 0, 0, 2).withState(NodeState.SAVING, ""),
                        node(2, 1, 0, 12).withState(NodeState.FAILED, "the disk is full."),
                        node(3, 2, 0, 22).withState(NodeState.DAMAGED, "segment 1 is damaged."),
                        node(4, 3, 0, 32).withMarks("", "", true),
                        node(5, 4, 0, 42)))));
    robot.interact(
        () -> model.update(FakeSession.running(Duration.ofSeconds(42), Optional.of(id(5)), false)));
    assertThat(sign(robot, "#node-S1").getStrokeDashArray()).isNotEmpty();
    assertThat(sign(robot, "#node-S5").getStrokeDashArray()).isEmpty();
    assertThat(sign(robot, "#node-S2").getFill()).isNotEqualTo(sign(robot, "#node-S5").getFill());
    assertThat(sign(robot, "#node-S2").getStrokeDashArray()).isEmpty();
    assertThat(signs(robot, "#node-S3")).containsExactly("sign", "cross", "cross", "node-label");
    assertThat(signs(robot, "#node-S4")).containsExactly("sign", "pin", "node-label");
    assertThat(signs(robot, "#node-S5")).containsExactly("sign", "ring", "node-label");
    assertThat(signs(robot, "#node-S1")).containsExactly("sign", "node-label");
    robot.interact(
        () -> model.update(FakeSession.running(Duration.ofSeconds(50), Optional.of(id(5)), true)));
    assertThat(signs(robot, "#node-S5")).containsExactly("sign", "node-label");
    assertThat(robot.lookup("#live-mark .ring").tryQuery()).isPresent();
  }

  private static Shape sign(FxRobot robot, String node) {
    return robot.lookup(node + " .sign").queryAs(Shape.class);
  }

  private static String letter(FxRobot robot, String node) {
    return robot.lookup(node + " .letter").queryText().getText();
  }

  /** What a mark is made of, from the bottom to the top. */
  private static List<String> signs(FxRobot robot, String node) {
    List<String> found = new ArrayList<>();
    for (Node part : robot.lookup(node).queryAs(NodeMark.class).getChildren()) {
      if (part instanceof Group cross) {
        cross.getChildren().forEach(line -> found.addAll(line.getStyleClass()));
      } else if (!part.getStyleClass().contains("label-ground")) {
        found.add(part instanceof FontIcon ? "pin" : part.getStyleClass().get(0));
      }
    }
    return found;
  }

  @Test
  void aNodeTellsAScreenReaderWhatItIs(FxRobot robot) {
    nodesArrive(robot);
    Node mark = robot.lookup("#node-S4").query();
    assertThat(mark.getAccessibleText()).isEqualTo("node S4, guest time 0:26.0, branch 2");
  }

  @Override
  public void compareWithNow(NodeId node) {
    calls.add("compare " + node + " with now");
  }

  @Override
  public boolean hasGuest() {
    return true;
  }

  @Override
  public void revert(NodeId node, boolean invertRunState) {
    calls.add("revert " + node + (invertRunState ? " inverted" : ""));
  }

  @Override
  public void rename(NodeId node, String label) {
    calls.add("rename " + node + " " + label);
  }

  @Override
  public void note(NodeId node, String text) {
    calls.add("note " + node + " " + text);
  }

  @Override
  public void tag(NodeId node, Tags tags) {
    calls.add("tag " + node + " " + tags);
  }

  @Override
  public void export(NodeId node, NodeExport.Form form, Path file) {
    calls.add("export " + node + " " + form + " " + file);
  }

  @Override
  public void pin(NodeId node, boolean pinned) {
    calls.add((pinned ? "pin " : "unpin ") + node);
  }

  @Override
  public void delete(NodeId node) {
    calls.add("delete " + node);
  }
}
