package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.export.ElfCore;
import dev.marey.machine.export.LoadingLine;
import dev.marey.machine.export.MappedRam;
import dev.marey.machine.export.MigrationStream;
import dev.marey.machine.export.RamPages;
import dev.marey.machine.export.SparseRam;
import dev.marey.machine.export.StateJson;
import dev.marey.machine.options.ShellQuoting;
import dev.marey.snapshot.disk.StoredDisk;
import dev.marey.snapshot.store.PageMap;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a complete node into files that other tools read. What is begun is called {@code
 * FILE.<some id>.part}; it gets its name when all of it is written, and is removed if that fails.
 *
 * <p>Threading: one thread.
 */
public final class NodeExport {

  private static final int CHUNK = 1 << 16;

  /** What the files are. */
  public enum Form {
    /** A migration stream for {@code -incoming "exec:cat FILE"}, and the disks. */
    STREAM,
    /** The file of QEMU's capability {@code mapped-ram}, from version 9 on, and the disks. */
    MAPPED_RAM,
    /** RAM alone, every page at its offset in the RAM block. */
    RAW,
    /** An ELF core of RAM by physical addresses, with the registers. */
    ELF,
    /** Registers and devices as JSON. */
    DEVICE_STATE
  }

  /** Asked before each page of RAM, then before each 64 KiB of every disk. */
  @FunctionalInterface
  public interface Turn {

    /**
     * Says how far it is with the file it writes.
     *
     * @param page pages of 4,096 bytes that are done
     * @throws IOException if the export is not wanted any more
     */
    void at(int page, int pageCount) throws IOException;
  }

  /**
   * What was written.
   *
   * @param files the one asked for, then one for each disk
   * @param loading a line for a shell that goes on from them; empty for what nothing runs
   */
  public record Exported(List<Path> files, String loading) {
    public Exported {
      files = List.copyOf(files);
    }
  }

  private final Session session;
  private final Node node;
  private final NodeContent content;

  /**
   * An export of one node.
   *
   * @throws SnapshotException if there is no such node or it is not complete
   */
  public NodeExport(Session session, NodeId id) throws SnapshotException {
    this.session = session;
    this.content = session.content(id);
    this.node = session.resolve(id.toString());
  }

  /**
   * Writes the files.
   *
   * @param file must not be there yet
   * @throws SnapshotException if it is, or cannot be written, or the node cannot be read
   */
  public Exported write(Form form, Path file, Turn turn) throws SnapshotException {
    Path absolute = file.toAbsolutePath();
    RamPages ram = new Pages(turn);
    boolean runs = node.runState() == RunState.RUNNING;
    try {
      switch (form) {
        case RAW -> {
          NewFile.write(absolute, channel -> SparseRam.write(channel, 0, ram));
          return new Exported(List.of(absolute), "");
        }
        case ELF -> {
          ElfCore core = new ElfCore(content.stateTree(), content.ramLayout(), ram);
          NewFile.write(absolute, core::writeTo);
          return new Exported(List.of(absolute), "");
        }
        case DEVICE_STATE -> {
          NewFile.write(absolute, streamed(out -> StateJson.write(content.stateTree(), out)));
          return new Exported(List.of(absolute), "");
        }
        case STREAM -> {
          MigrationStream stream =
              new MigrationStream(content.deviceState(), content.description(), runs, ram);
          return withDisks(
              absolute,
              streamed(stream::writeTo),
              stream.machineType(),
              turn,
              List.of("-incoming", "exec:cat " + ShellQuoting.join(List.of(absolute.toString()))));
        }
        case MAPPED_RAM -> {
          MappedRam mapped = new MappedRam(content.deviceState(), content.description(), runs, ram);
          return withDisks(
              absolute,
              mapped::writeTo,
              mapped.machineType(),
              turn,
              List.of("-global", "migration.mapped-ram=on", "-incoming", "file:" + absolute));
        }
      }
      throw new IllegalArgumentException("form is unknown: " + form);
    } catch (MachineException e) {
      throw new SnapshotException(
          "Could not read the device state of " + node.id() + ": " + e.getMessage(), e);
    }
  }

  private Exported withDisks(
      Path file, NewFile.Content machine, String machineType, Turn turn, List<String> incoming)
      throws SnapshotException {
    GuestDefinition guest = session.guest();
    List<Path> files = new ArrayList<>(List.of(file));
    NewFile.write(file, machine);
    boolean done = false;
    try {
      for (int i = 0; i < guest.disks().size(); i++) {
        Path beside = LoadingLine.diskBeside(file, guest.disks().get(i).name());
        StoredDisk disk =
            new StoredDisk(
                session.diskImages().image(i), session.pages(), content.maps().disks().get(i));
        NewFile.write(beside, channel -> copy(disk, channel, turn));
        files.add(beside);
      }
      done = true;
    } finally {
      if (!done) {
        for (Path written : files) {
          NewFile.delete(written);
        }
      }
    }
    return new Exported(
        files, ShellQuoting.join(LoadingLine.of(guest, machineType, file, incoming)));
  }

  private static void copy(StoredDisk disk, FileChannel to, Turn turn) throws IOException {
    int pages = Math.toIntExact(disk.lengthBytes() / PageNumber.PAGE_BYTES);
    ByteBuffer zeroes = ByteBuffer.allocate(CHUNK);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long at = 0; at < disk.lengthBytes(); at += CHUNK) {
      turn.at(Math.toIntExact(at / PageNumber.PAGE_BYTES), pages);
      chunk.clear().limit((int) Math.min(CHUNK, disk.lengthBytes() - at));
      disk.read(at, chunk);
      chunk.flip();
      if (chunk.mismatch(zeroes.slice(0, chunk.remaining())) >= 0) {
        long place = at;
        while (chunk.hasRemaining()) {
          place += to.write(chunk, place);
        }
      }
    }
    SparseRam.endAt(to, disk.lengthBytes());
  }

  @FunctionalInterface
  private interface Streamed {
    void writeTo(OutputStream out) throws IOException, SnapshotException;
  }

  private static NewFile.Content streamed(Streamed content) {
    return channel -> content.writeTo(Channels.newOutputStream(channel));
  }

  private final class Pages implements RamPages {
    private final Turn turn;

    Pages(Turn turn) {
      this.turn = turn;
    }

    @Override
    public int pageCount() {
      return content.pageMap().pageCount();
    }

    @Override
    public boolean isZero(int page) {
      return content.pageMap().refOf(page) == PageMap.ZERO_PAGE;
    }

    @Override
    public void read(int page, ByteBuffer into) throws IOException {
      turn.at(page, pageCount());
      try {
        content.readPage(new PageNumber(page), into);
      } catch (SnapshotException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
