package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.SnapshotException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Console transcripts of a session: one raw, append-only file for each branch, which begins where a
 * position in another branch's file is.
 *
 * <p>Threading: any (lock: this).
 */
public final class Transcripts implements AutoCloseable {

  private final CountedFiles counted;
  private final Path folder;
  private final List<TranscriptWriter> open = new ArrayList<>();

  public Transcripts(SessionFolder session) {
    this.counted = session.files();
    this.folder = session.path().resolve("console");
  }

  private Path log(int branch) {
    return folder.resolve(branch + ".log");
  }

  private Path branchFile(int branch) {
    return folder.resolve(branch + ".branch");
  }

  /**
   * Begins a branch.
   *
   * @param from where it continues from; empty for a machine that boots
   */
  public synchronized TranscriptWriter begin(Optional<ConsoleOffset> from)
      throws SnapshotException {
    int branch = 1;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("[0-9]{1,9}\\.(log|branch)")) {
          int number = Integer.parseInt(name.substring(0, name.indexOf('.')));
          branch = Math.max(branch, number + 1);
        }
      }
      ObjectNode json = SessionFolder.JSON.createObjectNode();
      from.ifPresent(
          offset -> json.put("parentBranch", offset.branch()).put("parentBytes", offset.bytes()));
      TranscriptWriter writer = create(branch, SessionFolder.bytes(json));
      open.add(writer);
      return writer;
    } catch (IOException e) {
      throw SnapshotException.ofFile("begin a console transcript", folder, e);
    }
  }

  /** The log comes first: the folder's sync after its branch file makes both names durable. */
  private TranscriptWriter create(int branch, byte[] beginning)
      throws IOException, SnapshotException {
    Path log = log(branch);
    RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw");
    boolean begun = false;
    try {
      counted.write(branchFile(branch), "branch", beginning);
      begun = true;
      return new TranscriptWriter(branch, log, branchFile(branch), file, counted);
    } finally {
      if (!begun) {
        file.close();
        Files.deleteIfExists(log);
      }
    }
  }

  /**
   * All console output from the start of the guest up to a position, across branches. What is
   * missing from a file is left out.
   */
  public byte[] read(ConsoleOffset upTo) throws SnapshotException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ConsoleOffset piece : pieces(upTo)) {
      append(piece, all);
    }
    return all.toByteArray();
  }

  /** How many bytes {@link #read} gives for that position; reads none of them. */
  public long lengthBytes(ConsoleOffset upTo) throws SnapshotException {
    long sum = 0;
    for (ConsoleOffset piece : pieces(upTo)) {
      Path path = log(piece.branch());
      try {
        sum += Files.exists(path) ? Math.min(piece.bytes(), Files.size(path)) : 0;
      } catch (IOException e) {
        throw SnapshotException.ofFile("measure the console transcript", path, e);
      }
    }
    return sum;
  }

  /** How far each branch goes on the way to a position, the first branch first. */
  private Deque<ConsoleOffset> pieces(ConsoleOffset upTo) throws SnapshotException {
    Deque<ConsoleOffset> pieces = new ArrayDeque<>();
    Optional<ConsoleOffset> at = Optional.of(upTo);
    while (at.isPresent() && at.get().branch() > 0) {
      pieces.push(at.get());
      at = parentOf(at.get().branch());
    }
    return pieces;
  }

  private Optional<ConsoleOffset> parentOf(int branch) throws SnapshotException {
    if (!Files.exists(branchFile(branch))) {
      return Optional.empty();
    }
    JsonNode json = SessionFolder.json(branchFile(branch), "branch");
    int parent = json.path("parentBranch").asInt();
    // Branches are numbered in the order they begin, so this ends.
    return parent > 0 && parent < branch
        ? Optional.of(new ConsoleOffset(parent, json.path("parentBytes").asLong()))
        : Optional.empty();
  }

  private void append(ConsoleOffset piece, ByteArrayOutputStream all) throws SnapshotException {
    Path path = log(piece.branch());
    if (!Files.exists(path)) {
      return;
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(piece.bytes(), file.length())];
      file.readFully(bytes);
      all.writeBytes(bytes);
    } catch (IOException e) {
      throw SnapshotException.ofFile("read the console transcript", path, e);
    }
  }

  /** Returns when all output so far is on disk. */
  public void force() throws SnapshotException {
    for (TranscriptWriter writer : writers()) {
      writer.force();
    }
    forgetEnded();
  }

  private synchronized void forgetEnded() {
    open.removeIf(TranscriptWriter::isEnded);
  }

  private synchronized List<TranscriptWriter> writers() {
    return List.copyOf(open);
  }

  /** Returns when all output is on disk. Closes every file, whatever happens to one of them. */
  @Override
  public void close() throws SnapshotException {
    Optional<SnapshotException> failure = Optional.empty();
    for (TranscriptWriter writer : writers()) {
      try {
        writer.finish();
      } catch (SnapshotException e) {
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
