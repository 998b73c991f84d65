package dev.marey.workbench.engine;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.guest.PreparedGuests;
import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.start.PasteProblem;
import dev.marey.workbench.start.RecentSession;
import dev.marey.workbench.start.Sessions;
import dev.marey.workbench.tasks.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sessions in this user's folder of sessions, and guests to start.
 *
 * <p>Threading: any.
 */
public final class EngineSessions implements Sessions {

  private static final int DEMO_MEGABYTES = 256;
  private static final Pattern NODE_FILE = Pattern.compile("S([1-9][0-9]*)\\..*");

  private final Path folder;

  public EngineSessions(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<RecentSession> recent() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<RecentSession> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.filter(Files::isDirectory).toList()) {
        found.add(look(child));
      }
    }
    found.sort(Comparator.comparing(RecentSession::lastUsed).reversed());
    return found;
  }

  /** Without opening it, which takes longer and locks it. */
  private static RecentSession look(Path session) throws IOException {
    long bytes = 0;
    long last = Files.getLastModifiedTime(session).toMillis();
    List<Integer> nodes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(session)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
        last = Math.max(last, Files.getLastModifiedTime(file).toMillis());
        Matcher name = NODE_FILE.matcher(file.getFileName().toString());
        if (file.startsWith(session.resolve("nodes")) && name.matches()) {
          nodes.add(Integer.valueOf(name.group(1)));
        }
      }
    }
    List<Integer> distinct = nodes.stream().distinct().toList();
    String lastNode = distinct.stream().max(Comparator.naturalOrder()).map(n -> "S" + n).orElse("");
    return new RecentSession(
        session, Instant.ofEpochMilli(last), bytes, distinct.size(), lastNode, "", "");
  }

  @Override
  public void delete(Path session) throws IOException, SnapshotException {
    Session.open(session).close();
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
    return start("demo", CommandLine.of(line).accept(), progress);
  }

  @Override
  public OpenSession start(String commandLine, Progress progress)
      throws MachineException, SnapshotException {
    return start("guest", CommandLine.parse(commandLine).accept(), progress);
  }

  /** Boots a guest in a new session of this user's folder. */
  private OpenSession start(String kind, GuestDefinition guest, Progress progress)
      throws SnapshotException {
    progress.update(Progress.UNKNOWN, "starting QEMU");
    Path free = free(kind);
    Session session = Session.create(free, guest);
    try {
      return unlessCancelled(new EngineSession(session, LiveGuest.start(session)), progress);
    } catch (SnapshotException e) {
      session.close();
      throw e;
    }
  }

  /** A guest nobody waits for any more must not run on unseen. */
  private static EngineSession unlessCancelled(EngineSession opened, Progress progress)
      throws SnapshotException {
    if (progress.cancelled()) {
      // close() waits for the engine, which an interrupted thread would not do
      boolean unused = Thread.interrupted();
      opened.close();
      throw new CancellationException();
    }
    return opened;
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
    progress.update(Progress.UNKNOWN, "opening the session");
    Session session = Session.open(path);
    try {
      Optional<NodeId> position = session.livePosition();
      LiveGuest guest =
          position.isPresent()
              ? LiveGuest.open(session, position.get(), RunAfter.KEEP)
              : LiveGuest.start(session);
      return unlessCancelled(new EngineSession(session, guest), progress);
    } catch (SnapshotException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public List<PasteProblem> check(String commandLine) {
    return CommandLine.parse(commandLine).problems().stream()
        .map(
            problem ->
                new PasteProblem(
                    problem.startChar(),
                    problem.endChar(),
                    problem.option() + ": " + problem.what(),
                    problem.remedy()))
        .toList();
  }
}
