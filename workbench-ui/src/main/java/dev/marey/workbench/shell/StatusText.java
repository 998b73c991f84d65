package dev.marey.workbench.shell;

import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.SizeText;
import dev.marey.workbench.timeline.NodeText;
import java.util.Locale;
import java.util.Optional;

/** The words of status bar and header. */
final class StatusText {

  private StatusText() {}

  static String state(RunState state, boolean hasGuest) {
    if (!hasGuest) {
      return "no guest";
    }
    return switch (state) {
      case RUNNING -> "running";
      case PAUSED -> "paused";
      case SHUTDOWN -> "powered off";
      case CRASHED -> "crashed";
      case INCOMING -> "loading";
      case ENDED -> "QEMU has ended";
    };
  }

  /** {@code guest 1:05.3}. */
  static String guestTime(LiveSample live) {
    return "guest " + NodeText.guestTime(live.guestTime());
  }

  /** {@code saving S12 63 %}; empty when nothing is saved. */
  static String saving(LiveSample live) {
    if (live.saving().isEmpty()) {
      return "";
    }
    int percent =
        live.pagesToSave() == 0 ? 0 : (int) (100L * live.savedPages() / live.pagesToSave());
    return "saving " + live.saving().get() + " " + percent + " %";
  }

  /** {@code 1,204 of 16,455 pages loaded}; empty when everything is in place. */
  static String loading(LiveSample live) {
    if (live.pagesToLoad() == 0 || live.loadedPages() >= live.pagesToLoad()) {
      return "";
    }
    return String.format(
        Locale.ROOT, "%,d of %,d pages loaded", live.loadedPages(), live.pagesToLoad());
  }

  /** {@code session 412 MB of 5 GB}; empty when unknown. */
  static String size(LiveSample live) {
    String size = SizeText.of(live);
    return size.isEmpty() ? "" : "session " + size;
  }

  /** {@code LIVE}, or {@code PAST S12 · 41 s before live}. */
  static String instant(Optional<Node> shown, LiveSample live, boolean hasGuest) {
    if (!hasGuest) {
      return shown.map(node -> "PAST " + node.title()).orElse("NO GUEST");
    }
    if (shown.isEmpty()) {
      return live.runState() == RunState.ENDED ? "ENDED" : "LIVE";
    }
    Node node = shown.get();
    var distance = live.guestTime().minus(node.guestTime());
    String where =
        distance.isZero()
            ? "at the time of live"
            : NodeText.span(distance) + (distance.isNegative() ? " after live" : " before live");
    return "PAST " + node.title() + " · " + where;
  }
}
