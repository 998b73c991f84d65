package dev.marey.workbench.timeline;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.NodeVerbs;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.timeline.TimelinePicture.Branch;
import dev.marey.workbench.timeline.TimelinePicture.Mark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TimelineViewModelTest {

  private final ShownViewModel shown = new ShownViewModel();
  private final TimelineViewModel model = new TimelineViewModel(shown, new NoVerbs());

  private static final class NoVerbs implements NodeVerbs {
    @Override
    public void compareWithNow(NodeId node) {}

    @Override
    public boolean hasGuest() {
      return true;
    }

    @Override
    public void revert(NodeId node, boolean invertRunState) {}

    @Override
    public void rename(NodeId node, String label) {}

    @Override
    public void note(NodeId node, String text) {}

    @Override
    public void tag(NodeId node, Tags tags) {}

    @Override
    public void export(NodeId node, NodeExport.Form form, Path file) {}

    @Override
    public void pin(NodeId node, boolean pinned) {}

    @Override
    public void delete(NodeId node) {}
  }

  private void nodes(Node... nodes) {
    shown.update(Timeline.of(List.of(nodes)));
  }

  private void twoBranches() {
    nodes(
        node(1, 0, 0, 1),
        node(2, 1, 0, 10),
        node(3, 2, 0, 20),
        node(4, 1, 1, 15),
        node(5, 4, 1, 24));
  }

  private Mark mark(int number) {
    return model.pictureProperty().get().marks().stream()
        .filter(mark -> mark.id().equals(id(number)))
        .findFirst()
        .orElseThrow();
  }

  private static LiveSample live(double seconds, int base, boolean ran) {
    return FakeSession.running(
        Duration.ofMillis((long) (seconds * 1000)), Optional.of(id(base)), ran);
  }

  @Test
  void nodesLieAtTheirGuestTimeInTheirLane() {
    twoBranches();
    assertThat(mark(5).lane()).isEqualTo(1);
    assertThat(mark(3).x() - mark(2).x()).isEqualTo(10 * TimelineViewModel.USUAL_SCALE);
    assertThat(model.pictureProperty().get().lanes()).isEqualTo(2);
  }

  @Test
  void aLaneIsOneLineAndABranchLeadsFromTheParentsLane() {
    twoBranches();
    assertThat(model.pictureProperty().get().branches())
        .containsExactlyInAnyOrder(
            new Branch(mark(1).x(), 0, mark(3).x(), 0, false),
            new Branch(mark(1).x(), 0, mark(4).x(), 1, false),
            new Branch(mark(4).x(), 1, mark(5).x(), 1, false));
  }

  @Test
  void nodesOfTheSameInstantStandBesideEachOther() {
    nodes(node(1, 0, 0, 5), node(2, 1, 0, 5));
    assertThat(mark(2).x() - mark(1).x()).isEqualTo(TimelineLayout.CLOSEST);
  }

  @Test
  void thePresentIsAtItsNodeUntilTheGuestRuns() {
    twoBranches();
    model.update(live(20, 3, false));
    assertThat(mark(3).live()).isTrue();
    assertThat(model.pictureProperty().get().live()).isEmpty();
    model.update(live(22, 3, true));
    assertThat(mark(3).live()).isFalse();
    assertThat(model.pictureProperty().get().live().orElseThrow().lane()).isEqualTo(0);
  }

  @Test
  void runningOnFromANodeThatHasAChildGetsALaneOfItsOwn() {
    twoBranches();
    model.update(live(12, 2, true));
    assertThat(model.pictureProperty().get().live().orElseThrow().lane()).isEqualTo(2);
  }

  @Test
  void goingBackScrollsToWhereTheGuestIsNow() {
    nodes(node(1, 0, 0, 1), node(2, 1, 0, 300));
    model.update(live(301, 2, true));
    assertThat(model.scrollProperty().get()).isGreaterThan(1000);

    model.update(live(2, 1, true));

    assertThat(model.scrollProperty().get()).isZero();
  }

  @Test
  void aSessionThatIsOpenedShowsWhereItsPresentIsHoweverWideTheWindowBecomes() {
    shown.update(Timeline.of(List.of(node(1, 0, 0, 20), node(2, 1, 0, 300), node(3, 1, 1, 22))));
    TimelineViewModel opened = new TimelineViewModel(shown, new NoVerbs());
    for (double width : new double[] {0, 1264, 300}) {
      opened.update(live(22, 3, false));
      opened.resize(width);
    }
    double place =
        opened.pictureProperty().get().marks().stream()
            .filter(Mark::live)
            .findFirst()
            .orElseThrow()
            .x();
    assertThat(place - opened.scrollProperty().get()).isBetween(30.0, 270.0);
    assertThat(opened.presentLane()).contains(1);
    opened.update(live(23, 2, true));
    assertThat(opened.presentLane()).contains(0);
  }

  @Test
  void thePresentAtANodeIsPartOfItsLabelAndHasRoomInIt() {
    nodes(node(1, 0, 0, 10), node(2, 1, 0, 12).withMarks("foo", "", false), node(3, 1, 1, 12));
    model.update(live(12, 2, false));
    assertThat(mark(1).label()).isEmpty();
    assertThat(mark(2).label()).isEqualTo("foo · live");
    assertThat(mark(3).label()).isEqualTo("S3");
    model.update(live(13, 2, true));
    assertThat(mark(1).label()).isEqualTo("S1");
    assertThat(mark(2).label()).as("no title beside the word live").isEqualTo("S2");
    model.update(live(30, 2, true));
    assertThat(mark(2).label()).isEqualTo("foo");
  }

  @Test
  void thePresentStaysInViewAlsoWhenAnotherBranchIsLonger() {
    nodes(node(1, 0, 0, 1), node(2, 1, 0, 300));
    model.update(live(2, 1, true));
    model.scrollTo(0);

    model.update(live(90, 1, true));

    double place = model.pictureProperty().get().live().orElseThrow().x();
    assertThat(place - model.scrollProperty().get()).isBetween(0.0, 800.0);
  }

  @Test
  void anInstantThatIsLookedAtStaysWhereItIsWhileTheGuestRunsOutOfView() {
    nodes(node(1, 0, 0, 1), node(2, 1, 0, 300));
    model.update(live(301, 2, true));
    model.scrollTo(100);

    model.update(live(320, 2, true));

    assertThat(model.scrollProperty().get()).isEqualTo(100);
  }

  @Test
  void arrowsWalkAlongTheBranchOneCameFrom() {
    twoBranches();
    shown.select(id(5));
    model.walk().left();
    model.walk().left();
    assertThat(shown.shownProperty().get()).contains(id(1));
    model.walk().right();
    assertThat(shown.shownProperty().get()).contains(id(4));
    model.walk().up();
    assertThat(shown.shownProperty().get()).contains(id(2));
    model.walk().end();
    assertThat(shown.shownProperty().get()).contains(id(3));
    model.walk().down();
    assertThat(shown.shownProperty().get()).contains(id(5));
    model.walk().home();
    assertThat(shown.shownProperty().get()).contains(id(1));
  }

  @Test
  void walkingBeginsAtTheNodeThePresentCameFrom() {
    twoBranches();
    model.update(live(26, 4, true));
    model.walk().right();
    assertThat(shown.shownProperty().get()).contains(id(4));
  }

  @Test
  void theDrawingFollowsThePresentOnlyAtItsRightEdge() {
    model.resize(300);
    nodes(node(1, 0, 0, 60));
    model.scrollTo(model.furthest());
    model.update(live(70, 1, true));
    assertThat(model.scrollProperty().get()).isEqualTo(model.furthest());
    model.scrollTo(100);
    model.update(live(90, 1, true));
    assertThat(model.scrollProperty().get()).isEqualTo(100);
  }

  @Test
  void whatIsLookedAtStaysWhileTheGuestRunsOn() {
    model.resize(300);
    nodes(node(1, 0, 0, 60));
    model.update(live(61, 1, true));
    model.scrollTo(model.furthest());
    shown.select(new NodeId(1));
    double before = model.scrollProperty().get();

    model.update(live(200, 1, true));

    assertThat(model.scrollProperty().get()).isEqualTo(before);
    shown.showLive();
    assertThat(model.scrollProperty().get()).isGreaterThan(before);
  }

  @Test
  void whatWasFittedStaysInSightWhileTheGuestRunsOn() {
    nodes(node(1, 0, 0, 90), node(2, 1, 0, 100));
    model.resize(900);
    model.update(live(101, 2, true));
    model.fit();

    model.update(live(115, 2, true));

    assertThat(model.scrollProperty().get()).isZero();
    assertThat(model.pictureProperty().get().marks()).hasSize(2);
  }

  @Test
  void zoomKeepsThePointUnderTheMouse() {
    twoBranches();
    model.resize(200);
    model.scrollTo(100);
    double before = mark(3).x() - model.scrollProperty().get();
    model.zoom(2, before);
    assertThat(mark(3).x() - model.scrollProperty().get()).isCloseTo(before, within(0.01));
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  @Test
  void fitShowsEverything() {
    nodes(node(1, 0, 0, 1), node(2, 1, 0, 4000));
    model.resize(900);
    model.fit();
    assertThat(model.furthest()).isZero();
    assertThat(model.pictureProperty().get().marks()).hasSize(2);
  }

  @Test
  void onlyWhatIsInSightIsDrawn() {
    nodes(node(1, 0, 0, 1), node(2, 1, 0, 4000));
    model.resize(900);
    model.scrollTo(0);
    assertThat(model.pictureProperty().get().marks()).hasSize(1);
  }

  @Test
  void thousandsOfNodesAreClusteredButNamedPinnedAndSelectedOnesStand() {
    List<Node> many = new ArrayList<>();
    for (int i = 1; i <= 5000; i++) {
      many.add(node(i, i - 1, 0, i * 0.01));
    }
    many.set(99, many.get(99).withMarks("here", "", false));
    many.set(199, many.get(199).withMarks("", "", true));
    shown.update(Timeline.of(many));
    model.resize(900);
    shown.select(id(300));
    List<Mark> marks = model.pictureProperty().get().marks();
    assertThat(marks.size()).isBetween(10, 120);
    assertThat(marks.stream().filter(mark -> !mark.cluster()).map(Mark::id))
        .contains(id(100), id(200), id(300));
    int shownNodes = marks.stream().mapToInt(mark -> mark.nodes().size()).sum();
    assertThat(shownNodes).isEqualTo(5000);
  }

  @Test
  void theClockIsAsExactAsItsStep() {
    assertThat(NodeText.clock(65, 1)).isEqualTo("1:05");
    assertThat(NodeText.clock(3665, 60)).isEqualTo("1:01:05");
    assertThat(NodeText.clock(1.25, 0.05)).isEqualTo("0:01.25");
  }
}
