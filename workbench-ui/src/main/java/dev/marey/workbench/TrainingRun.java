package dev.marey.workbench;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.jar.JarFile;

/**
 * What {@code ./marey} runs once after a build, so that Java can archive the classes that it loads
 * ({@code -XX:ArchiveClassesAtExit}): with the archive, Marey starts sooner. It takes nodes of an
 * empty machine, goes back, and opens the session again.
 */
public final class TrainingRun {

  private static final List<String> EMPTY_MACHINE = List.of("qemu-system-x86_64", "-m", "16M");
  private static final String CLASS = ".class";

  private TrainingRun() {}

  /**
   * Ends with 1 when the machine could not be run here; the classes that were loaded until then can
   * be archived all the same.
   *
   * @param arguments a folder that isn't there, for the session
   */
  public static void main(String[] arguments) throws Exception {
    loadOwnClasses();
    Path folder = Path.of(arguments[0]);
    NodeId node = takeNodes(folder);
    reopen(folder, node);
  }

  /** Those of the window too, with what they extend, where no window can be opened. */
  private static void loadOwnClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path jar =
        Path.of(TrainingRun.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(jar)) {
      // Java archives no classes of folders.
      return;
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      List<String> names =
          file.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(CLASS))
              .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
              .toList();
      for (String name : names) {
        Class<?> unused = Class.forName(name, false, TrainingRun.class.getClassLoader());
      }
    }
  }

  private static NodeId takeNodes(Path folder)
      throws SnapshotException, MachineException, ExecutionException, InterruptedException {
    GuestDefinition guest = CommandLine.of(EMPTY_MACHINE, Path.of("").toAbsolutePath()).accept();
    try (Session session = Session.create(folder, guest);
        LiveGuest live = LiveGuest.start(session)) {
      Node first = live.snapshot("", Node.Origin.PERSON).get();
      Node unused = live.snapshot("", Node.Origin.PERSON).get();
      NodeId kept = live.revert(first.id(), RunAfter.RUN).get().target();
      return kept;
    }
  }

  private static void reopen(Path folder, NodeId node) throws SnapshotException {
    try (Session session = Session.open(folder)) {
      LiveGuest live =
          LiveGuest.visit(
              session, session.resolve(node.toString()).id(), RunAfter.RUN, bytes -> {});
      live.abandon();
    }
  }
}
