package dev.marey.snapshot.bundle;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.disk.DiskImage;
import dev.marey.machine.options.CarriedLine;
import dev.marey.machine.options.StrangersLine;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateStream;
import dev.marey.snapshot.NewFile;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import dev.marey.snapshot.bundle.Manifest.CarriedFile;
import dev.marey.snapshot.bundle.Manifest.CarriedShape;
import dev.marey.snapshot.disk.DiskMap;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Packs nodes of a session into one file that another installation opens: contents of pages once,
 * device states, disks, console output, the guest's line and the files it names. docs/formats.md
 * draws the file.
 *
 * <p>Threading: one thread.
 */
public final class BundleWriter {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Session session;
  private final GuestDefinition guest;
  private final ChosenNodes chosen;
  private final GuestFileNames names;
  private final Map<String, StateDescription> shapes = new LinkedHashMap<>();
  private final List<PackedNode> packed = new ArrayList<>();

  private BundleWriter(Session session, Collection<NodeId> nodes) throws SnapshotException {
    for (NodeId node : nodes) {
      Node unused = session.resolve(node.toString());
    }
    this.session = session;
    this.guest = session.guest();
    this.chosen = new ChosenNodes(session.timeline(), nodes);
    this.names = new GuestFileNames(guest);
  }

  /**
   * Writes a bundle.
   *
   * @param nodes which; none for all that are complete
   * @param file must not be there yet; it is there whole or not at all
   * @return the nodes that are in it
   * @throws SnapshotException if it is, or cannot be written, or a node cannot be read, or the
   *     guest cannot be carried to another machine
   */
  public static List<NodeId> write(Session session, Collection<NodeId> nodes, Path file, Turn turn)
      throws SnapshotException {
    BundleWriter writer = new BundleWriter(session, nodes);
    NewFile.write(
        file.toAbsolutePath(),
        channel ->
            writer.write(
                new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES), turn));
    return writer.chosen.nodes().stream().map(Node::id).toList();
  }

  private void write(OutputStream out, Turn turn) throws IOException, SnapshotException {
    List<NodeMaps> maps = new ArrayList<>();
    for (Node node : chosen.nodes()) {
      maps.add(session.content(node.id()).maps());
    }
    PackedPages pages = new PackedPages(maps);
    for (Node node : chosen.nodes()) {
      PackedNode each = new PackedNode(session, node, pages);
      packed.add(each);
      each.shape().ifPresent(shape -> shapes.put(shape.digest(), shape));
    }
    Manifest manifest = manifest(pages, turn);
    EntryWriter entries = new EntryWriter(out);
    entries.entry(Manifest.NAME, ManifestJson.write(manifest));
    Meter meter = new Meter(turn, manifest.bytes());
    writeFiles(entries, manifest, meter);
    entries.entry(Manifest.PAGES, to -> pages.write(session.pages(), to, meter));
    for (StateDescription shape : shapes.values()) {
      entries.entry(carried(shape).entry(), bytes(shape));
    }
    for (PackedNode each : packed) {
      each.write(entries, meter);
    }
    entries.finish();
    out.flush();
  }

  private Manifest manifest(PackedPages pages, Turn turn) throws IOException, SnapshotException {
    List<CarriedFile> files = new ArrayList<>();
    for (Path path : names.paths()) {
      if (GuestFileNames.isLayered(path)) {
        throw refused(
            path
                + " is an image that may stand on others, which would be missing there. Make a raw"
                + " one of it, with qemu-img convert -O raw, and record with that");
      }
      files.add(names.file(path));
    }
    List<CarriedDisk> disks = new ArrayList<>();
    for (int i = 0; i < guest.disks().size(); i++) {
      DiskImage image = session.diskImages().image(i);
      if (DiskMap.blockCount(image.lengthBytes()) != packed.get(0).diskBlocks().get(i)) {
        throw refused(
            guest.disks().get(i).image()
                + " has another size than when the session was made. Put the old one back");
      }
      disks.add(new CarriedDisk(i, image.lengthBytes(), CarriedImage.blocks(image, turn)));
    }
    return new Manifest(
        words(disks),
        guest.ramBytes(),
        session.ramLayout(),
        files,
        disks,
        pages.count(),
        shapes.values().stream().map(BundleWriter::carried).toList(),
        packed.stream().map(PackedNode::carried).toList(),
        chosen.present(session.livePosition()));
  }

  private List<String> words(List<CarriedDisk> disks) throws SnapshotException {
    List<String> words =
        CarriedLine.of(
            guest,
            machineType(packed.get(0).state()),
            names::carried,
            disk -> Manifest.FOLDER + "/" + disks.get(disk).file());
    List<String> problems = StrangersLine.problems(words, Manifest.FOLDER);
    if (!problems.isEmpty()) {
      throw refused(String.join("; ", problems) + ". Record the guest without it, and bundle that");
    }
    return words;
  }

  private static String machineType(DeviceState state) {
    try {
      return StateStream.parse(state).machineType();
    } catch (MachineException e) {
      return "";
    }
  }

  private static SnapshotException refused(String why) {
    return new SnapshotException("Could not bundle the session: " + why + ".");
  }

  private void writeFiles(EntryWriter entries, Manifest manifest, Meter meter)
      throws IOException, SnapshotException {
    for (int i = 0; i < manifest.files().size(); i++) {
      CarriedFile file = manifest.files().get(i);
      Path path = names.paths().get(i);
      entries.entry(file.entry(), to -> copy(path, file.bytes(), to, meter));
    }
    for (CarriedDisk disk : manifest.disks()) {
      DiskImage image = session.diskImages().image(disk.number());
      entries.entry(disk.entry(), to -> CarriedImage.write(image, to, meter.part()));
      meter.add(disk.entryBytes());
    }
  }

  private static void copy(Path path, long bytes, OutputStream to, Meter meter) throws IOException {
    byte[] chunk = new byte[BUFFER_BYTES];
    long left = bytes;
    try (InputStream in = Files.newInputStream(path)) {
      for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
        left -= got;
        to.write(chunk, 0, got);
        meter.add(got);
      }
    }
    if (left != 0) {
      throw new IOException(path + " was changed meanwhile");
    }
  }

  private static CarriedShape carried(StateDescription shape) {
    return new CarriedShape(shape.digest(), bytes(shape).length);
  }

  private static byte[] bytes(StateDescription shape) {
    return shape.json().getBytes(StandardCharsets.UTF_8);
  }
}
