package dev.marey.snapshot.bundle;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.Manifest.CarriedNode;
import dev.marey.snapshot.store.PageMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Everything of a node that goes into a bundle and is not in the pages. */
final class PackedNode {

  private final CarriedNode carried;
  private final NodeContent content;
  private final Optional<StateDescription> shape;
  private final byte[] map;
  private final List<byte[]> diskMaps = new ArrayList<>();
  private final byte[] console;

  /**
   * Reads it.
   *
   * @param node its parent is in the bundle
   */
  PackedNode(Session session, Node node, PackedPages pages) throws SnapshotException {
    this.content = session.content(node.id());
    this.shape = content.description();
    NodeMaps maps = content.maps();
    Optional<NodeMaps> parent =
        node.parent().isPresent()
            ? Optional.of(session.content(node.parent().get()).maps())
            : Optional.empty();
    this.map =
        MapCode.encode(
            parent.map(NodeMaps::ram).orElse(PageMap.empty(maps.ram().pageCount())),
            maps.ram(),
            pages::ofRam);
    for (int i = 0; i < maps.disks().size(); i++) {
      int disk = i;
      PageMap own = maps.disks().get(i);
      diskMaps.add(
          MapCode.encode(
              parent.map(it -> it.disks().get(disk)).orElse(PageMap.empty(own.pageCount())),
              own,
              pages::ofDisk));
    }
    byte[] output = session.transcript(node.console());
    int kept = kept(session, node, output);
    this.console = Arrays.copyOfRange(output, kept, output.length);
    this.carried =
        new CarriedNode(
            node,
            shape.map(StateDescription::digest),
            content.deviceState().lengthBytes(),
            map.length,
            diskMaps.stream().map(each -> each.length).toList(),
            kept,
            console.length);
  }

  /** How much of its console output is its parent's. */
  private static int kept(Session session, Node node, byte[] output) throws SnapshotException {
    if (node.parent().isEmpty()) {
      return 0;
    }
    byte[] before = session.transcript(session.resolve(node.parent().get().toString()).console());
    return output.length >= before.length
            && Arrays.equals(output, 0, before.length, before, 0, before.length)
        ? before.length
        : 0;
  }

  CarriedNode carried() {
    return carried;
  }

  Optional<StateDescription> shape() {
    return shape;
  }

  /** Blocks of each disk. */
  List<Integer> diskBlocks() {
    return content.maps().disks().stream().map(PageMap::pageCount).toList();
  }

  DeviceState state() throws SnapshotException {
    return content.deviceState();
  }

  void write(EntryWriter entries, Meter meter) throws IOException, SnapshotException {
    byte[] state = state().toByteArray();
    entries.entry(carried.entry("state"), state);
    entries.entry(carried.entry("map"), map);
    for (int i = 0; i < diskMaps.size(); i++) {
      entries.entry(carried.entry("disk" + i), diskMaps.get(i));
    }
    entries.entry(carried.entry("console"), console);
    meter.add(state.length);
  }
}
