package dev.marey.workbench.engine;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.guest.PreparedGuests;
import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.StreamImport;
import dev.marey.snapshot.bundle.UnpackedBundle;
import dev.marey.snapshot.session.SessionGlance;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.start.Beginning;
import dev.marey.workbench.start.PasteCheck;
import dev.marey.workbench.start.PasteProblem;
import dev.marey.workbench.start.RecentSession;
import dev.marey.workbench.start.Sessions;
import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.timeline.NodeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in this user's folder of sessions, and guests to start.
 *
 * <p>Threading: any.
 */
public final class EngineSessions implements Sessions {

  private static final Logger LOG = LoggerFactory.getLogger(EngineSessions.class);
  private static final int DEMO_MEGABYTES = 256;

  private final Path folder;
  private final OtherSessions others;

  public EngineSessions(Path folder) {
    this.folder = folder;
    this.others = new OtherSessions(folder.resolveSibling("opened-sessions"));
  }

  @Override
  public List<RecentSession> recent() throws IOException {
    Set<Path> folders = new LinkedHashSet<>(others.all());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> children = Files.list(folder)) {
        // a bundle is unpacked in a folder that begins with a dot
        children
            .filter(child -> Files.isDirectory(child) && !child.toFile().isHidden())
            .forEach(folders::add);
      }
    }
    List<RecentSession> found = new ArrayList<>();
    for (Path session : folders) {
      found.add(look(session));
    }
    found.sort(Comparator.comparing(RecentSession::lastUsed).reversed());
    return found;
  }

  /** Without opening it, which takes longer and locks it. */
  private static RecentSession look(Path session) throws IOException {
    SessionGlance glance = SessionGlance.at(session);
    FolderUse use = FolderUse.of(session);
    return new RecentSession(
        session,
        use.lastUsed(),
        use.bytes(),
        glance.nodeCount(),
        glance
            .newest()
            .map(node -> node.title() + " at " + NodeText.guestTime(node.guestTime()))
            .orElse(""),
        glance.guest().map(GuestText::of).orElse(""),
        glance.trouble());
  }

  @Override
  public void delete(Path session) throws IOException, SnapshotException {
    if (Files.isDirectory(session)) {
      deleteFiles(session);
    }
    others.forget(session);
  }

  /** Only what is a session and not open, or what is left of one, where sessions lie. */
  private void deleteFiles(Path session) throws IOException, SnapshotException {
    String trouble = SessionGlance.at(session).trouble();
    if (trouble.isEmpty()) {
      Session.open(session).close();
    } else if (!folder.equals(session.getParent())) {
      return;
    } else if (FolderUse.of(session.resolve("nodes")).bytes() > 0) {
      throw new SnapshotException(
          session
              + " was not deleted: it cannot be opened, but there are snapshots in it. "
              + trouble
              + " If you don't need them, delete the folder yourself.");
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(session)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  @Override
  public OpenSession demo(Progress progress) throws MachineException, SnapshotException {
    List<String> line = PreparedGuests.find().demoCommandLine(DEMO_MEGABYTES);
    return bootIn(free("demo"), CommandLine.of(line).accept(), progress);
  }

  @Override
  public OpenSession start(String commandLine, Progress progress)
      throws MachineException, SnapshotException {
    GuestDefinition guest = CommandLine.parse(commandLine).accept();
    return bootIn(free("guest"), guest, progress);
  }

  @Override
  public OpenSession boot(Beginning.Boot wanted, Progress progress) throws SnapshotException {
    Path session = wanted.folder().isPresent() ? wanted.folder().get() : free(wanted.kind());
    OpenSession booted = bootIn(session, wanted.guest(), progress);
    if (wanted.budgetBytes().isPresent()) {
      booted.setBudget(wanted.budgetBytes().get());
    }
    return booted;
  }

  private OpenSession bootIn(Path session, GuestDefinition guest, Progress progress)
      throws SnapshotException {
    progress.update(Progress.UNKNOWN, "starting QEMU");
    NewSession booted = NewSession.boot(session, guest, bytes -> {});
    if (progress.cancelled()) {
      // A guest nobody waits for any more must not run on unseen. Closing waits for the engine,
      // which an interrupted thread would not do.
      boolean unused = Thread.interrupted();
      booted.close();
      throw new CancellationException();
    }
    remember(session);
    return new EngineSession(booted.session(), booted.live());
  }

  private void remember(Path session) {
    if (!folder.equals(session.getParent())) {
      others.remember(session);
    }
  }

  private Path free(String kind) throws SnapshotException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new SnapshotException(
          "Could not make the folder of sessions "
              + folder
              + ": "
              + e.getMessage()
              + ". Make it writable or set XDG_DATA_HOME.",
          e);
    }
    int number = 1;
    while (Files.exists(folder.resolve(kind + "-" + number))) {
      number++;
    }
    return folder.resolve(kind + "-" + number);
  }

  @Override
  public OpenSession resume(Path path, Progress progress) throws SnapshotException {
    Path at = UnpackedBundle.isBundle(path) ? unpack(path, progress) : path;
    progress.update(Progress.UNKNOWN, "opening the session");
    OpenSession opened = open(at, progress);
    remember(at);
    return opened;
  }

  /** With its guest or, if that cannot be, to look at what it holds. */
  private static OpenSession open(Path at, Progress progress) throws SnapshotException {
    Session session;
    try {
      session = Session.open(at);
    } catch (SnapshotException e) {
      return readOnly(at, e);
    }
    try {
      return goOn(session, progress);
    } catch (SnapshotException e) {
      if (progress.cancelled() || session.timeline().nodes().isEmpty()) {
        closeAfter(session, e);
        throw e;
      }
      return new GuestlessSession(session, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      closeAfter(session, e);
      throw e;
    }
  }

  /** For a session in a place that cannot be written. */
  private static OpenSession readOnly(Path at, SnapshotException whyNotWritable)
      throws SnapshotException {
    try {
      return new GuestlessSession(
          Session.openReadOnly(at), String.valueOf(whyNotWritable.getMessage()));
    } catch (SnapshotException e) {
      whyNotWritable.addSuppressed(e);
      throw whyNotWritable;
    }
  }

  private static void closeAfter(Session session, Exception failure) {
    boolean interrupted = Thread.interrupted();
    try {
      session.close();
    } catch (SnapshotException e) {
      failure.addSuppressed(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The guest of a bundle is run by this machine's own QEMU, whoever made the bundle. */
  private Path unpack(Path bundle, Progress progress) throws SnapshotException {
    try {
      return UnpackedBundle.of(
              bundle,
              folder,
              UnpackedBundle.QEMU,
              (done, of) -> Cancelling.turn(progress, done, of, "unpacking the bundle"))
          .session();
    } catch (SnapshotException e) {
      throw Cancelling.orFailed(progress, e);
    }
  }

  @Override
  public OpenSession importStream(Path stream, String commandLine, Progress progress)
      throws MachineException, SnapshotException {
    GuestDefinition guest = CommandLine.parse(commandLine).accept();
    Path session = free("import");
    long bytes = stream.toFile().length();
    try (Session imported =
        StreamImport.read(
            stream,
            session,
            guest,
            String.valueOf(stream.getFileName()),
            pages ->
                Cancelling.turn(
                    progress, (long) pages * PageNumber.PAGE_BYTES, bytes, "reading the stream"))) {
      LOG.info("{} holds {}", session, imported.timeline().nodes());
    } catch (SnapshotException e) {
      throw Cancelling.orFailed(progress, e);
    }
    return resume(session, progress);
  }

  private static OpenSession goOn(Session session, Progress progress) throws SnapshotException {
    Optional<NodeId> position = session.livePosition();
    LiveGuest guest =
        position.isPresent()
            ? LiveGuest.open(session, position.get(), RunAfter.KEEP)
            : LiveGuest.start(session);
    return unlessCancelled(new EngineSession(session, guest), progress);
  }

  private static EngineSession unlessCancelled(EngineSession opened, Progress progress)
      throws SnapshotException {
    if (progress.cancelled()) {
      boolean unused = Thread.interrupted();
      opened.close();
      throw new CancellationException();
    }
    return opened;
  }

  @Override
  public PasteCheck check(String commandLine) {
    CommandLine line = CommandLine.parse(commandLine);
    List<PasteProblem> problems =
        line.problems().stream()
            .map(
                problem ->
                    new PasteProblem(
                        problem.startChar(),
                        problem.endChar(),
                        problem.option() + ": " + problem.what(),
                        problem.remedy()))
            .toList();
    return new PasteCheck(problems, line.guest().map(GuestDefinition::notices).orElse(List.of()));
  }
}
