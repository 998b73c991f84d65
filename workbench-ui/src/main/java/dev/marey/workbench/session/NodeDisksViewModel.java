package dev.marey.workbench.session;

import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * The disks of the shown node in words, if its guest writes any.
 *
 * <p>Threading: fx.
 */
public final class NodeDisksViewModel {

  private final OpenSession session;
  private final ShownViewModel shown;
  private final TaskService tasks;
  private final ReadOnlyObjectWrapper<Map<String, String>> facts =
      new ReadOnlyObjectWrapper<>(Map.of());
  private Optional<NodeId> showing = Optional.empty();
  private Optional<RunningTask> running = Optional.empty();

  /** The same for all nodes of a guest, so it need not be asked again. */
  private boolean noDisks;

  public NodeDisksViewModel(OpenSession session, ShownViewModel shown, TaskService tasks) {
    this.session = session;
    this.shown = shown;
    this.tasks = tasks;
    shown.shownProperty().addListener((property, before, now) -> follow());
    shown.timelineProperty().addListener((property, before, now) -> follow());
    follow();
  }

  /** Name of each disk, and what there is to know of it; empty while that is being read. */
  public ReadOnlyObjectProperty<Map<String, String>> factsProperty() {
    return facts.getReadOnlyProperty();
  }

  private void follow() {
    Optional<NodeId> node = shown.shownNode().filter(NodeDisksViewModel::readable).map(Node::id);
    if (noDisks || node.equals(showing)) {
      return;
    }
    running.ifPresent(RunningTask::cancel);
    running = Optional.empty();
    showing = node;
    facts.set(Map.of());
    node.ifPresent(this::read);
  }

  private static boolean readable(Node node) {
    return node.state() == NodeState.COMPLETE || node.state() == NodeState.DAMAGED;
  }

  private void read(NodeId node) {
    running =
        Optional.of(
            tasks.start(
                BackgroundTask.of(
                        "looking at the disks of " + node, progress -> session.disksOf(node))
                    .onSuccess(found -> arrived(node, found))
                    .onFailure(
                        failure ->
                            show(
                                node,
                                Map.of("Disks", "cannot be read: " + failure.getMessage())))));
  }

  private void arrived(NodeId node, List<DiskState> found) {
    noDisks = found.isEmpty();
    Map<String, String> words = new LinkedHashMap<>();
    for (DiskState state : found) {
      words.put(
          state.disk().name(),
          state.disk().image().getFileName()
              + ", "
              + SizeText.bytes(state.lengthBytes())
              + ", "
              + (state.writtenBytes() == 0 ? "nothing" : SizeText.bytes(state.writtenBytes()))
              + " of it written");
    }
    show(node, words);
  }

  private void show(NodeId node, Map<String, String> words) {
    if (showing.equals(Optional.of(node))) {
      facts.set(words);
    }
  }
}
