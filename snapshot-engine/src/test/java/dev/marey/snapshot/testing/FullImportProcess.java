package dev.marey.snapshot.testing;

import dev.marey.machine.state.RamFlags;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.StreamImport;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Imports a stream that has more pages than the disk has room for; says what is left then. */
public final class FullImportProcess {

  private static final int PAGES = 2048;
  private static final byte[] BLOCK = "pc.ram".getBytes(StandardCharsets.US_ASCII);

  private FullImportProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path disk = Path.of(arguments[0]);
    Path stream = Path.of(arguments[1]);
    write(stream);
    fail(stream, disk.resolve("new"));
    fail(stream, Files.createDirectory(disk.resolve("empty")));
    Path filler = disk.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      say("full");
    }
    fail(stream, disk.resolve("new"));
    fail(stream, disk.resolve("empty"));
    say("left " + inside(disk) + " " + inside(disk.resolve("empty")));
  }

  private static void fail(Path stream, Path folder) throws IOException {
    try (Session session =
        StreamImport.read(stream, folder, SmallSession.guest(PAGES), "", pages -> {})) {
      say("imported " + session.path());
    } catch (SnapshotException e) {
      say(e.getMessage());
    }
    say("left " + inside(folder.resolveSibling(".")));
  }

  private static List<String> inside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /** A line for the test, told from those of the log. */
  private static void say(String line) {
    System.out.println("> " + line);
  }

  /** As QEMU writes one, without what comes behind the pages: no import gets that far. */
  private static void write(Path stream) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(stream)))) {
      out.writeBytes("QEVM");
      out.writeInt(3);
      out.writeByte(1);
      out.writeInt(2);
      out.writeByte(3);
      out.writeBytes("ram");
      out.writeInt(0);
      out.writeInt(4);
      out.writeLong(PAGES * 4096L | RamFlags.MEM_SIZE);
      out.writeByte(BLOCK.length);
      out.write(BLOCK);
      out.writeLong(PAGES * 4096L);
      byte[] page = new byte[4096];
      for (int i = 0; i < PAGES; i++) {
        out.writeLong(i * 4096L | RamFlags.PAGE);
        out.writeByte(BLOCK.length);
        out.write(BLOCK);
        RandomPages.noise(i).get(0, page);
        out.write(page);
      }
    }
  }
}
