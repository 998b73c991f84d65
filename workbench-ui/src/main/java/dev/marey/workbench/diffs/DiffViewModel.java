package dev.marey.workbench.diffs;

import dev.marey.diff.ComparedInstants;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/**
 * The differences of the compared nodes, found in a task that is cancelled when others are chosen.
 * They stay when the window goes back to the live guest and while the guest runs on.
 *
 * <p>Threading: fx.
 */
public final class DiffViewModel<T> {

  private final String what;
  private final DiffSource<T> source;
  private final UnaryOperator<T> swapping;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ReadOnlyObjectWrapper<Optional<DiffContent<T>>> content =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private final ReadOnlyObjectWrapper<Offer> offer =
      new ReadOnlyObjectWrapper<>(new Offer.Nothing());
  private Optional<Comparison> wanted = Optional.empty();
  private Optional<RunningTask> running = Optional.empty();

  /**
   * Follows what the window compares.
   *
   * @param what is compared, as in <em>comparing pages of S1 and S2</em>
   * @param swapping the same differences seen from the other side
   */
  public DiffViewModel(
      String what,
      DiffSource<T> source,
      UnaryOperator<T> swapping,
      ShownViewModel shown,
      TaskService tasks) {
    this.what = what;
    this.source = source;
    this.swapping = swapping;
    this.shown = shown;
    this.tasks = tasks;
    shown.shownProperty().addListener((property, before, after) -> follow());
    shown.comparisonProperty().addListener((property, before, after) -> follow());
    shown.timelineProperty().addListener((property, before, after) -> follow());
    follow();
  }

  /** What to show; empty when there is nothing but the message. */
  public ReadOnlyObjectProperty<Optional<DiffContent<T>>> contentProperty() {
    return content.getReadOnlyProperty();
  }

  /** Why nothing is shown, and what fills the view. */
  public ReadOnlyStringProperty messageProperty() {
    return message.getReadOnlyProperty();
  }

  /** What would fill the view while nothing is shown. */
  public ReadOnlyObjectProperty<Offer> offerProperty() {
    return offer.getReadOnlyProperty();
  }

  /** Exchanges A and B, everywhere if the window still compares them. */
  public void swap() {
    if (shown.comparisonProperty().get().isPresent()) {
      shown.swap();
    } else {
      content
          .get()
          .ifPresent(
              old -> {
                Comparison turned = reversed(old.pair());
                wanted = Optional.of(turned);
                content.set(Optional.of(swapped(old, turned)));
              });
    }
  }

  private void follow() {
    Timeline timeline = shown.timelineProperty().get();
    Optional<Comparison> now = shown.comparisonProperty().get();
    if (now.isEmpty()) {
      nothingChosen(timeline);
      return;
    }
    Comparison pair = now.get();
    Optional<String> obstacle = obstacle(timeline, pair.a()).or(() -> obstacle(timeline, pair.b()));
    if (obstacle.isPresent()) {
      blank(obstacle.get(), new Offer.Nothing());
    } else if (!same(wanted, pair)) {
      compare(pair);
    } else {
      rename(timeline);
    }
  }

  private void nothingChosen(Timeline timeline) {
    Optional<Node> alone = shown.shownNode();
    if (alone.flatMap(Node::parent).flatMap(timeline::find).isPresent()) {
      // It has just been selected; the comparison with its parent follows.
      return;
    }
    boolean kept =
        alone.isEmpty()
            && content
                .get()
                .filter(c -> timeline.find(c.pair().a()).isPresent())
                .filter(c -> timeline.find(c.pair().b()).isPresent())
                .isPresent();
    if (kept) {
      rename(timeline);
    } else if (alone.isPresent()) {
      String id = alone.get().id().toString();
      blank(
          alone.get().parent().isEmpty()
              ? id + " is the first node. Ctrl+click another one to compare the two."
              : "The node before " + id + " was deleted. Ctrl+click another one to compare.",
          new Offer.CompareWithNow(alone.get().id()));
    } else if (timeline.nodes().isEmpty()) {
      blank(
          "Two nodes fill this view: what changed from one to the other.",
          new Offer.FirstSnapshot());
    } else {
      blank(
          "Select a node on the timeline to see what changed since the one before it.",
          timeline.nodes().stream()
              .filter(node -> node.state() == NodeState.COMPLETE)
              .reduce((older, newer) -> newer)
              .<Offer>map(node -> new Offer.CompareWithNow(node.id()))
              .orElseGet(Offer.Nothing::new));
    }
  }

  /** Why a node cannot be compared; empty if it can. */
  private static Optional<String> obstacle(Timeline timeline, NodeId id) {
    Optional<Node> node = timeline.find(id);
    if (node.isEmpty()) {
      return Optional.of(id + " is gone. Select another node.");
    }
    return switch (node.get().state()) {
      case COMPLETE, DAMAGED -> Optional.empty();
      case SAVING ->
          Optional.of(id + " is still being saved; its differences appear when it is complete.");
      case FAILED ->
          Optional.of(id + " was not completed: " + node.get().reason() + " Select another node.");
    };
  }

  private void blank(String why, Offer instead) {
    cancel();
    wanted = Optional.empty();
    message.set(why);
    offer.set(instead);
    content.set(Optional.empty());
  }

  private void compare(Comparison pair) {
    cancel();
    wanted = Optional.of(pair);
    offer.set(new Offer.Nothing());
    Optional<DiffContent<T>> old = content.get();
    if (old.isPresent() && same(Optional.of(reversed(old.get().pair())), pair)) {
      content.set(Optional.of(swapped(old.get(), pair)));
      return;
    }
    message.set("Comparing " + pair.a() + " and " + pair.b() + "…");
    running =
        Optional.of(
            tasks.start(
                BackgroundTask.of(
                        "comparing " + what + " of " + pair.a() + " and " + pair.b(),
                        progress -> source.diff(pair.a(), pair.b(), progress))
                    .onSuccess(diff -> arrived(pair, diff))
                    .onFailure(failure -> failed(pair, failure))
                    .onFinished(() -> ended(pair))));
  }

  private void arrived(Comparison pair, T diff) {
    if (same(wanted, pair)) {
      running = Optional.empty();
      content.set(Optional.of(new DiffContent<>(pair, named(pair), diff)));
    }
  }

  private void failed(Comparison pair, Exception failure) {
    if (same(wanted, pair)) {
      running = Optional.empty();
      content.set(Optional.empty());
      message.set(pair.a() + " and " + pair.b() + " cannot be compared: " + failure.getMessage());
    }
  }

  /** A person may have cancelled it in the progress view. */
  private void ended(Comparison pair) {
    if (same(wanted, pair) && running.filter(RunningTask::cancelled).isPresent()) {
      wanted = Optional.empty();
      running = Optional.empty();
      content.set(Optional.empty());
      message.set("Comparing was cancelled. Select a node to compare it.");
    }
  }

  /** A label may have changed. */
  private void rename(Timeline timeline) {
    content
        .get()
        .ifPresent(
            old -> {
              ComparedInstants names =
                  ComparedInstants.of(timeline, old.pair().a(), old.pair().b());
              if (!names.equals(old.instants())) {
                content.set(Optional.of(new DiffContent<>(old.pair(), names, old.diff())));
              }
            });
  }

  private DiffContent<T> swapped(DiffContent<T> old, Comparison pair) {
    return new DiffContent<>(pair, named(pair), swapping.apply(old.diff()));
  }

  private ComparedInstants named(Comparison pair) {
    return ComparedInstants.of(shown.timelineProperty().get(), pair.a(), pair.b());
  }

  private static Comparison reversed(Comparison pair) {
    return new Comparison(pair.b(), pair.a(), pair.chosen(), pair.commonAncestor());
  }

  private static boolean same(Optional<Comparison> one, Comparison other) {
    return one.filter(p -> p.a().equals(other.a()) && p.b().equals(other.b())).isPresent();
  }

  private void cancel() {
    running.ifPresent(RunningTask::cancel);
    running = Optional.empty();
  }
}
