package dev.marey.diff.view;

import dev.marey.diff.ByteCounts;
import dev.marey.diff.PageRun;
import dev.marey.diff.Progress;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the list shows of a run beyond its address: read in the background, and only for rows that
 * are on screen when their turn comes.
 *
 * <p>Threading: fx.
 */
final class PageFigures {

  /**
   * What a row shows once it was read.
   *
   * @param bytes how many differ
   * @param preview the first of them
   */
  record Figures(long bytes, String preview) {}

  /** Who waits for the figures of one run. */
  private static final class Request {
    final List<Listener> listeners = new ArrayList<>();
    BackgroundWork.Running running = () -> {};
  }

  /** A cell that waits. */
  interface Listener {
    void ready(PageRun run, Figures figures);

    void failed(PageRun run, String reason);
  }

  private final BackgroundWork work;
  private final ByteCounts counts;
  private final Map<Integer, Figures> known = new HashMap<>();
  private final Map<Integer, Request> requests = new HashMap<>();

  PageFigures(BackgroundWork work, ByteCounts counts) {
    this.work = work;
    this.counts = counts;
  }

  ByteCounts counts() {
    return counts;
  }

  /** The figures if they were read before. */
  Optional<Figures> of(PageRun run) {
    return Optional.ofNullable(known.get(run.firstChange()));
  }

  /** Has the figures read; the listener is told unless it loses interest before. */
  void want(PageRun run, Listener listener) {
    Request before = requests.get(run.firstChange());
    if (before != null) {
      before.listeners.add(listener);
      return;
    }
    Request request = new Request();
    request.listeners.add(listener);
    requests.put(run.firstChange(), request);
    request.running =
        work.run(
            progress -> read(run, progress),
            figures -> figures.ifPresent(found -> arrive(run, request, found)),
            reason -> {
              requests.remove(run.firstChange(), request);
              request.listeners.forEach(each -> each.failed(run, reason));
            });
  }

  /** The listener's row has left the screen; what nobody waits for is not read. */
  void drop(PageRun run, Listener listener) {
    Request request = requests.get(run.firstChange());
    if (request != null && request.listeners.remove(listener) && request.listeners.isEmpty()) {
      requests.remove(run.firstChange());
      request.running.cancel();
    }
  }

  private void arrive(PageRun run, Request request, Figures found) {
    known.put(run.firstChange(), found);
    requests.remove(run.firstChange(), request);
    request.listeners.forEach(each -> each.ready(run, found));
  }

  private Optional<Figures> read(PageRun run, Progress progress) throws SnapshotException {
    OptionalLong bytes = counts.count(run, progress);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Figures(bytes.getAsLong(), counts.preview(run)));
  }
}
