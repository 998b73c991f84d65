package dev.marey.workbench.shell;

import dev.marey.diff.DeviceDiff;
import dev.marey.diff.RamDiff;
import dev.marey.diff.view.BackgroundWork;
import dev.marey.machine.GuestAddress;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.console.ConsoleView;
import dev.marey.workbench.console.ConsoleViewModel;
import dev.marey.workbench.device.DeviceStateView;
import dev.marey.workbench.device.DeviceStateViewModel;
import dev.marey.workbench.diffs.DeviceDiffDock;
import dev.marey.workbench.diffs.DiffViewModel;
import dev.marey.workbench.diffs.PageDiffDock;
import dev.marey.workbench.dock.Dock;
import dev.marey.workbench.dock.DockLayout;
import dev.marey.workbench.dock.DockView;
import dev.marey.workbench.dock.LayoutFile;
import dev.marey.workbench.dock.TiwulDock;
import dev.marey.workbench.memory.MemoryView;
import dev.marey.workbench.memory.MemoryViewModel;
import dev.marey.workbench.monitor.MonitorView;
import dev.marey.workbench.monitor.MonitorViewModel;
import dev.marey.workbench.problems.ProblemsView;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.progress.ProgressView;
import dev.marey.workbench.registers.RegistersView;
import dev.marey.workbench.registers.RegistersViewModel;
import dev.marey.workbench.screen.ScreenView;
import dev.marey.workbench.screen.ScreenViewModel;
import dev.marey.workbench.session.NodeDisksViewModel;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.SessionDetailsView;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.session.SizeText;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.tasks.TaskService;
import dev.marey.workbench.timeline.TimelineView;
import dev.marey.workbench.timeline.TimelineViewModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javafx.scene.Parent;
import javafx.scene.Scene;

/**
 * Everything of the window that belongs to one open session; made when it opens, closed with it.
 *
 * <p>Threading: fx.
 */
final class SessionWorkbench implements AutoCloseable {

  private static final Duration SAMPLING = Duration.ofMillis(100);

  private final SessionViewModel session;
  private final ShownViewModel shown = new ShownViewModel();
  private final ConsoleView console;
  private final ScreenViewModel screen;
  private final Commands commands;
  private final Dock dock;
  private final DockLayout standard;
  private final LayoutFile layoutFile;
  private final WorkbenchToolbar toolbar;
  private final StatusLine status;
  private final FxThread.Ticking ticking;

  /** What a session's part of the window takes from the rest of it. */
  record Surroundings(
      ShellActions shell,
      TaskService tasks,
      FxThread fxThread,
      ProblemsViewModel problems,
      Dialogs dialogs,
      LayoutFile layoutFile,
      Looks looks,
      Consumer<Scene> styler) {}

  SessionWorkbench(OpenSession open, Surroundings around) {
    session =
        new SessionViewModel(open, around.tasks(), around.problems(), shown, around.fxThread());
    TimelineViewModel timeline = new TimelineViewModel(shown, session);
    if (session.hasGuest()) {
      session.liveProperty().addListener((property, before, now) -> timeline.update(now));
      timeline.update(session.liveProperty().get());
    }
    session
        .thinningProperty()
        .addListener(
            (property, before, preview) ->
                timeline.markGoing(preview.map(ThinningPreview::nodes).orElse(Set.of())));
    console =
        new ConsoleView(
            new ConsoleViewModel(open, shown, around.tasks(), around.fxThread()),
            around.looks().theme(),
            around.looks().textSize());
    List<DockView> views = new ArrayList<>();
    commands = new Commands();
    NodeDisksViewModel disks = new NodeDisksViewModel(open, shown, around.tasks());
    views.add(
        new DockView(
            "session",
            "Session",
            "codicon-vm",
            () -> new SessionDetailsView(session, shown, disks, commands.get("guest.snapshot"))));
    MemoryView memory =
        new MemoryView(new MemoryViewModel(session, shown, around.tasks()), around.tasks());
    views.add(new DockView("memory", "Memory", "codicon-file-binary", () -> memory));
    addDiffs(views, open, around, memory);
    screen = new ScreenViewModel(open, shown, around.tasks(), around.fxThread());
    views.add(new DockView("screen", "Screen", "codicon-vm-active", () -> new ScreenView(screen)));
    RegistersViewModel registers = new RegistersViewModel(session, shown, around.tasks());
    views.add(
        new DockView(
            "registers",
            "Registers",
            "codicon-symbol-variable",
            () -> new RegistersView(registers)));
    DeviceStateViewModel devices = new DeviceStateViewModel(session, shown, around.tasks());
    views.add(
        new DockView(
            "device-state",
            "Device state",
            "codicon-list-tree",
            () -> new DeviceStateView(devices, commands.get("guest.snapshot"))));
    views.add(
        new DockView(
            "timeline",
            "Timeline",
            "codicon-git-commit",
            () ->
                new TimelineView(
                    timeline, around.dialogs(), around.dialogs(), commands.get("guest.snapshot"))));
    views.add(new DockView("console", "Console", "codicon-terminal", () -> console));
    MonitorViewModel monitor = new MonitorViewModel(session, shown, around.tasks());
    views.add(
        new DockView("monitor", "QEMU monitor", "codicon-server", () -> new MonitorView(monitor)));
    views.add(
        new DockView(
            "problems", "Problems", "codicon-warning", () -> new ProblemsView(around.problems())));
    views.add(
        new DockView(
            "progress", "Progress", "codicon-tasklist", () -> new ProgressView(around.tasks())));
    WindowCommands.addTo(commands, around.shell(), session, shown, timeline, views);
    commands.add(
        Command.of(
            "file.budget",
            "Disk budget of the session…",
            "codicon-database",
            () -> askBudget(around.dialogs())));
    standard = standardLayout();
    layoutFile = around.layoutFile();
    dock = new TiwulDock(views, standard, around.styler());
    layoutFile.read().ifPresent(dock::restore);
    status = new StatusLine(session, shown);
    OptionsNotice options = new OptionsNotice();
    if (open.timeline().nodes().isEmpty()) {
      options.tell(open.notices(), () -> show("problems"));
    }
    GuestlessNotice guestless = new GuestlessNotice();
    EndedNotice ended =
        new EndedNotice(session, commands.get("guest.revive"), commands.get("file.close"));
    open.withoutGuest()
        .ifPresent(reason -> guestless.tell(reason, () -> around.shell().openAnew()));
    Notices notices =
        new Notices(
            List.of(
                options,
                guestless,
                ended,
                new RevertNotice(session),
                new ExportNotice(session),
                new ThinningNotice(session)));
    toolbar = new WorkbenchToolbar(commands, session, shown, notices);
    ticking = around.fxThread().every(SAMPLING, session::sample);
  }

  private void askBudget(Dialogs dialogs) {
    dialogs
        .ask(
            "Disk budget",
            "Room the session may take on disk before automatic nodes stop, such as 5 GB:",
            SizeText.bytes(session.liveProperty().get().budgetBytes()))
        .ifPresent(session::budget);
  }

  private void addDiffs(
      List<DockView> views, OpenSession open, Surroundings around, MemoryView memory) {
    DiffViewModel<RamDiff> pages =
        new DiffViewModel<>(
            "the pages",
            (a, b, progress) -> RamDiff.of(open.ramOf(a, b), open.historyOf(a, b)),
            RamDiff::swapped,
            shown,
            around.tasks());
    Consumer<GuestAddress> toMemory =
        address -> {
          around.shell().showView("memory");
          memory.hex().goTo(address.value());
        };
    views.add(
        new DockView(
            "page-diff",
            "Page diff",
            "codicon-diff",
            () ->
                new PageDiffDock(
                    pages,
                    BackgroundWork.on(around.tasks().quiet()),
                    commands.get("guest.snapshot"),
                    session::compareWithNow,
                    toMemory)));
    DiffViewModel<DeviceDiff> devices =
        new DiffViewModel<>(
            "the devices",
            (a, b, progress) ->
                DeviceDiff.of(
                    open.stateOf(a), open.stateOf(b), open.fieldHistoryOf(a, b, progress)),
            DeviceDiff::swapped,
            shown,
            around.tasks());
    views.add(
        new DockView(
            "device-diff",
            "Device diff",
            "codicon-circuit-board",
            () ->
                new DeviceDiffDock(
                    devices, commands.get("guest.snapshot"), session::compareWithNow)));
  }

  /** Views that are not there are left out when it is shown. */
  static DockLayout standardLayout() {
    return DockLayout.rows(
        List.of(0.46, 0.775),
        DockLayout.columns(
            List.of(0.18, 0.77),
            DockLayout.tabs("session"),
            DockLayout.tabs("memory", "page-diff", "device-diff", "screen"),
            DockLayout.tabs("registers", "device-state")),
        DockLayout.tabs("timeline"),
        DockLayout.tabs("console", "monitor", "problems", "progress"));
  }

  Commands commands() {
    return commands;
  }

  SessionViewModel session() {
    return session;
  }

  Parent toolbar() {
    return toolbar;
  }

  Parent views() {
    return dock.root();
  }

  Parent status() {
    return status;
  }

  void show(String viewId) {
    dock.show(viewId);
  }

  void resetLayout() {
    dock.restore(standard);
  }

  void restyle(Looks looks) {
    console.restyle(looks.theme(), looks.textSize());
  }

  /** Follows the guest no more: that QEMU ends now is wanted and no news. */
  void beginClosing() {
    ticking.close();
  }

  /** Remembers the layout and stops what moves; the session itself is closed by a task. */
  @Override
  public void close() {
    layoutFile.write(dock.layout());
    dock.close();
    ticking.close();
    console.close();
    screen.close();
  }
}
