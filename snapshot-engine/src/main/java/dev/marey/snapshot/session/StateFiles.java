package dev.marey.snapshot.session;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateFormatException;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * Device states, one file per node, and their descriptions, one file per shape.
 *
 * <pre>
 * body of both:  0  length  u32    4  LZ4 block
 * </pre>
 *
 * <p>Threading: any (lock: this).
 */
public final class StateFiles {

  private final CountedFiles files;
  private final Path states;
  private final Path shapes;
  private final Map<String, StateDescription> known = new HashMap<>();

  public StateFiles(SessionFolder session) {
    this.files = session.files();
    this.states = session.path().resolve("states");
    this.shapes = session.path().resolve("shapes");
  }

  private Path stateFile(NodeId id) {
    return states.resolve(id + ".state");
  }

  private Path shapeFile(String digest) {
    return shapes.resolve(digest + ".shape");
  }

  /** Durable when it returns. */
  public void save(NodeId id, DeviceState state) throws SnapshotException {
    files.write(stateFile(id), "state", compress(state.toByteArray()));
  }

  public DeviceState load(NodeId id) throws SnapshotException {
    return DeviceState.of(decompress(SealedFile.read(stateFile(id), "state"), stateFile(id)));
  }

  /** Keeps a description if it is new. */
  public synchronized void saveShape(StateDescription description) throws SnapshotException {
    String digest = description.digest();
    if (known.containsKey(digest)) {
      return;
    }
    byte[] json = description.json().getBytes(StandardCharsets.UTF_8);
    files.write(shapeFile(digest), "shape", compress(json));
    known.put(digest, description);
  }

  public synchronized StateDescription loadShape(String digest) throws SnapshotException {
    StateDescription description = known.get(digest);
    if (description == null) {
      Path file = shapeFile(digest);
      byte[] json = decompress(SealedFile.read(file, "shape"), file);
      try {
        description = StateDescription.parse(new String(json, StandardCharsets.UTF_8));
      } catch (StateFormatException e) {
        throw new DamagedFileException(file, "it describes no device state");
      }
      known.put(digest, description);
    }
    return description;
  }

  /** Length of a node's file. */
  public long bytesOf(NodeId id) {
    return stateFile(id).toFile().length();
  }

  public void delete(NodeId id) throws SnapshotException {
    files.delete(stateFile(id), "a device state");
  }

  /** Deletes the states of all other nodes, which a crash has left. */
  public void keepOnly(Collection<NodeId> nodes) throws SnapshotException {
    Set<Path> kept = nodes.stream().map(this::stateFile).collect(Collectors.toSet());
    try (Stream<Path> listed = Files.list(states)) {
      for (Path file : listed.toList()) {
        if (file.getFileName().toString().matches("S[1-9][0-9]{0,8}\\.state")
            && !kept.contains(file)) {
          files.delete(file, "a device state");
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("delete device states", states, e);
    }
  }

  /** What is wrong with a node's files, a clause without full stop; empty if nothing. */
  public Optional<String> damageOf(NodeId id, Optional<String> shape) throws SnapshotException {
    try {
      load(id);
      if (shape.isPresent()) {
        Path file = shapeFile(shape.get());
        decompress(SealedFile.read(file, "shape"), file);
      }
      return Optional.empty();
    } catch (DamagedFileException e) {
      return Optional.of(e.what());
    }
  }

  private static byte[] compress(byte[] bytes) {
    byte[] packed = LZ4Factory.fastestInstance().fastCompressor().compress(bytes);
    return ByteBuffer.allocate(4 + packed.length).putInt(bytes.length).put(packed).array();
  }

  private static byte[] decompress(byte[] body, Path file) throws DamagedFileException {
    int length = body.length < 4 ? -1 : ByteBuffer.wrap(body).getInt();
    if (length < 0 || length / 256 > body.length) {
      throw new DamagedFileException(file, "its content makes no sense");
    }
    byte[] bytes = new byte[length];
    try {
      LZ4Factory.fastestInstance()
          .safeDecompressor()
          .decompress(body, 4, body.length - 4, bytes, 0);
      return bytes;
    } catch (LZ4Exception e) {
      throw new DamagedFileException(file, "its content cannot be decompressed");
    }
  }
}
