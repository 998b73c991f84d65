package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.DirtyPattern;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.store.PageMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * Linux, alive in a session, that rewrites its memory with {@code dirty}, whose pages tell whether
 * they can be of one instant.
 *
 * <p>Threading: the test's; {@link #pagesThatDiffer} any.
 */
final class DirtyLinux extends GuestInSession {

  /** Where a PC has the memory of its screen, in front of RAM. */
  private static final long SCREEN = 0xa0000;

  private static final long SCREEN_BYTES = 0x20000;

  private final Path folder;
  private final long run;
  private final DirtyPattern reader;

  /** What stored pages show, by their references. */
  private final Map<Integer, Optional<DirtyPattern.Stamp>> stamps = new HashMap<>();

  private int copies;

  private DirtyLinux(Path folder, Session session, LiveGuest live, String arguments) {
    super(session, live);
    this.folder = folder;
    console().await("demo# ");
    console().type("dirty " + arguments);
    this.run = Long.parseUnsignedLong(console().await("run 0x([0-9a-f]+),").group(1), 16);
    this.reader = new DirtyPattern(run);
    MatchResult unused = console().await("sweep ([2-9]|\\d\\d)");
  }

  /**
   * Boots it; it has written all its memory once when this returns.
   *
   * @param folder where the session and copies are made
   * @param arguments of {@code dirty}
   */
  static DirtyLinux start(Path folder, int megabytes, String arguments) throws Exception {
    Session session =
        Session.create(
            folder.resolve("session"),
            CommandLine.of(TestGuests.demoCommandLine(megabytes)).accept());
    return new DirtyLinux(folder, session, LiveGuest.start(session), arguments);
  }

  /** What the guest's pages show in a node. */
  DirtyPattern pattern(Node node) throws SnapshotException {
    PageMap map = session().content(node.id()).pageMap();
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    DirtyPattern pattern = new DirtyPattern(run);
    for (int i = 0; i < session().pageCount(); i++) {
      int ref = map.refOf(i);
      Optional<DirtyPattern.Stamp> stamp = stamps.get(ref);
      if (stamp == null) {
        session().pages().read(ref, page);
        stamp = reader.stamp(page);
        stamps.put(ref, stamp);
      }
      stamp.ifPresent(pattern::accept);
    }
    return pattern;
  }

  /** What they show in a file that {@link #copyRam} has made, which is deleted. */
  DirtyPattern pattern(Path copy) throws IOException {
    DirtyPattern pattern = new DirtyPattern(run);
    ByteBuffer page = ByteBuffer.allocate(PageNumber.PAGE_BYTES);
    try (FileChannel ram = openOnce(copy)) {
      while (ram.read(page.clear()) == PageNumber.PAGE_BYTES) {
        pattern.accept(page.flip());
      }
    }
    return pattern;
  }

  /**
   * QEMU's own copy of RAM as it is now, in a new file. Where the screen hides RAM it comes from
   * the kernel.
   */
  Path copyRam() throws Exception {
    Path file = folder.resolve("ram-copy-" + ++copies);
    long bytes = (long) session().pageCount() * PageNumber.PAGE_BYTES;
    live()
        .machine()
        .qmp()
        .execute("pmemsave", Map.of("val", 0, "size", bytes, "filename", file.toString()));
    assertThat(Files.size(file)).isEqualTo(bytes);
    try (FileChannel ram = FileChannel.open(live().guarded().ram().path());
        FileChannel copy = FileChannel.open(file, StandardOpenOption.WRITE).position(SCREEN)) {
      assertThat(ram.transferTo(SCREEN, SCREEN_BYTES, copy)).isEqualTo(SCREEN_BYTES);
    }
    return file;
  }

  /** Compares all RAM of a node with a copy, which is deleted. */
  List<Integer> pagesThatDiffer(Node node, Path copy) throws Exception {
    NodeContent content = session().content(node.id());
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    ByteBuffer expected = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    List<Integer> differing = new ArrayList<>();
    try (FileChannel ram = openOnce(copy)) {
      for (int i = 0; i < session().pageCount(); i++) {
        int unused = ram.read(expected.clear());
        content.readPage(new PageNumber(i), page);
        if (page.mismatch(expected.flip()) >= 0) {
          differing.add(i);
        }
      }
    }
    return differing;
  }

  private static FileChannel openOnce(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** The guest has looked through all its memory; nothing it wrote may have changed. */
  void assertFindsNoDamage() {
    console().clear();
    String report = "sweep (\\d+), \\d+ MiB written, (\\d+) damaged";
    long sweep = Long.parseLong(console().await(report).group(1));
    console().await("sweep (?!(?:" + sweep + "|" + (sweep + 1) + "),)\\d+, ");
    assertThat(console().text().lines().filter(line -> line.contains("damaged")))
        .allMatch(line -> line.endsWith(", 0 damaged"));
  }
}
