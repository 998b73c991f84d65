package dev.marey.workbench.shell;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.dock.DockView;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.timeline.NodeText;
import dev.marey.workbench.timeline.TimelineViewModel;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;

/** Makes the commands of the window. Threading: fx. */
final class WindowCommands {

  /** Keys of views that people jump to from anywhere, also from the console. */
  private static final Map<String, String> VIEW_KEYS =
      Map.of(
          "timeline", "Ctrl+Shift+T",
          "console", "Ctrl+Shift+K",
          "memory", "Ctrl+Shift+M",
          "registers", "Ctrl+Shift+G",
          "screen", "Ctrl+Shift+N",
          "page-diff", "Ctrl+Shift+E",
          "device-diff", "Ctrl+Shift+I",
          "monitor", "Ctrl+Shift+O",
          "problems", "Ctrl+Shift+L");

  private WindowCommands() {}

  /** What can be done without a session. */
  static Commands withoutSession(ShellActions shell) {
    Commands commands = new Commands();
    addWindow(commands, shell);
    return commands;
  }

  /** Adds what can be done with a session. */
  static void addTo(
      Commands commands,
      ShellActions shell,
      SessionViewModel session,
      ShownViewModel shown,
      TimelineViewModel timeline,
      Collection<DockView> views) {
    commands.add(Command.of("file.close", "Close session", "codicon-home", shell::closeSession));
    commands.add(
        Command.of("file.bundle", "Bundle the session…", "codicon-package", shell::bundle)
            .when(bundleable(shown)));
    addGuest(commands, session);
    addTime(commands, session, shown, timeline);
    for (DockView view : views) {
      String key = VIEW_KEYS.get(view.id());
      commands.add(
          Command.of(
              "show." + view.id(),
              "Show " + view.title(),
              view.icon(),
              () -> shell.showView(view.id()),
              key == null ? new String[0] : new String[] {key}));
    }
    commands.add(
        Command.of("view.leave", "Leave console or screen", "", shell::leaveGuest, "Ctrl+F12"));
    commands.add(
        Command.of("view.reset", "Standard layout", "codicon-editor-layout", shell::resetLayout));
    addWindow(commands, shell);
  }

  private static void addWindow(Commands commands, ShellActions shell) {
    commands.add(
        Command.of(
            "view.palette",
            "Find a command…",
            "codicon-search",
            shell::showPalette,
            "Ctrl+3",
            "Ctrl+Shift+P"));
    commands.add(
        Command.of(
            "view.theme",
            "Switch between dark and light",
            "codicon-color-mode",
            shell::toggleTheme));
    commands.add(
        Command.of(
            "view.larger",
            "Larger text",
            "codicon-zoom-in",
            () -> shell.resizeText(1),
            "Ctrl+Plus",
            "Ctrl+Equals",
            "Ctrl+Add"));
    commands.add(
        Command.of(
            "view.smaller",
            "Smaller text",
            "codicon-zoom-out",
            () -> shell.resizeText(-1),
            "Ctrl+Minus",
            "Ctrl+Subtract"));
    commands.add(Command.of("file.quit", "Quit", "", shell::quit, "Ctrl+Q"));
  }

  private static void addGuest(Commands commands, SessionViewModel session) {
    BooleanBinding mayMove = session.aliveProperty().and(session.idleProperty());
    commands.add(
        Command.of("guest.run", "Run", "codicon-debug-continue", session::run, "F8", "Ctrl+Shift+R")
            .when(session.pausedProperty().and(session.idleProperty())));
    commands.add(
        Command.of(
                "guest.pause",
                "Pause",
                "codicon-debug-pause",
                session::pause,
                "Shift+F8",
                "Ctrl+Shift+H")
            .when(session.runningProperty().and(session.idleProperty())));
    commands.add(
        Command.of(
                "guest.snapshot",
                "Snapshot",
                "codicon-device-camera",
                session::snapshot,
                "Ctrl+Shift+S")
            .when(mayMove));
    commands.add(
        Command.of("guest.reset", "Reset the guest", "codicon-debug-restart", session::reset)
            .when(mayMove));
    commands.add(
        Command.of(
                "guest.revive",
                "Go back to the last node and run on",
                "codicon-debug-restart-frame",
                session::revive)
            .when(session.revivableProperty().and(session.idleProperty())));
    auto(commands, session, "off", "Auto-snapshots off", Optional.empty());
    auto(commands, session, "1s", "Auto-snapshot every second", Optional.of(Duration.ofSeconds(1)));
    auto(commands, session, "5s", "Auto-snapshot every 5 s", Optional.of(Duration.ofSeconds(5)));
    auto(commands, session, "30s", "Auto-snapshot every 30 s", Optional.of(Duration.ofSeconds(30)));
    auto(
        commands, session, "5min", "Auto-snapshot every 5 min", Optional.of(Duration.ofMinutes(5)));
  }

  private static void auto(
      Commands commands,
      SessionViewModel session,
      String id,
      String title,
      Optional<Duration> every) {
    commands.add(
        Command.of("auto." + id, title, "", () -> session.autoSnapshots(every))
            .when(session.aliveProperty()));
  }

  private static BooleanBinding bundleable(ShownViewModel shown) {
    return Bindings.createBooleanBinding(
        () ->
            shown.timelineProperty().get().nodes().stream()
                .anyMatch(node -> node.state() == NodeState.COMPLETE),
        shown.timelineProperty());
  }

  private static void addTime(
      Commands commands,
      SessionViewModel session,
      ShownViewModel shown,
      TimelineViewModel timeline) {
    BooleanBinding revertible =
        Bindings.createBooleanBinding(
            () -> shown.shownNode().filter(NodeText::revertible).isPresent(),
            shown.shownProperty(),
            shown.timelineProperty());
    commands.add(
        Command.of(
                "time.revert",
                "Revert to the shown node",
                "codicon-debug-restart-frame",
                () -> shown.shownNode().map(Node::id).ifPresent(id -> session.revert(id, false)),
                "Ctrl+Shift+J")
            .when(revertible.and(session.idleProperty()).and(session.guestProperty())));
    commands.add(
        Command.of("time.undo", "Undo the revert", "codicon-discard", session::undo, "Ctrl+Z")
            .when(session.undoableProperty().and(session.idleProperty())));
    commands.add(
        Command.of(
                "time.back",
                "Back to the instant before",
                "codicon-arrow-left",
                session::back,
                "Alt+Left")
            .when(session.backableProperty().and(session.idleProperty())));
    commands.add(
        Command.of(
                "time.forward",
                "Forward to the next instant",
                "codicon-arrow-right",
                session::forward,
                "Alt+Right")
            .when(session.forwardableProperty().and(session.idleProperty())));
    commands.add(
        Command.of("time.live", "Back to live", "codicon-broadcast", shown::showLive, "Esc")
            .when(shown.pastProperty().and(session.guestProperty())));
    BooleanBinding compares =
        Bindings.createBooleanBinding(
            () -> shown.comparisonProperty().get().isPresent(), shown.comparisonProperty());
    commands.add(
        Command.of(
                "time.compareNow",
                "Compare the shown node with now",
                "codicon-diff",
                () -> shown.shownNode().map(Node::id).ifPresent(session::compareWithNow),
                "Ctrl+Shift+D")
            .when(revertible.and(session.aliveProperty())));
    commands.add(
        Command.of("time.swap", "Swap A and B", "codicon-arrow-both", shown::swap).when(compares));
    commands.add(
        Command.of("time.pinA", "Keep A while walking B", "codicon-pin", shown::togglePin)
            .when(compares));
    commands.add(
        Command.of(
                "time.undelete",
                "Bring back the deleted node",
                "codicon-refresh",
                session::undoDelete)
            .when(session.undeletableProperty()));
    commands.add(
        Command.of(
            "time.thin", "Thin out automatic nodes…", "codicon-trash", session::previewThinning));
    commands.add(Command.of("time.fit", "Fit the timeline", "codicon-screen-full", timeline::fit));
  }
}
