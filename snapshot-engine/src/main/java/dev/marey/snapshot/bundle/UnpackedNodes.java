package dev.marey.snapshot.bundle;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.NodeDraft;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeMaps;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import dev.marey.snapshot.bundle.Manifest.CarriedNode;
import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes nodes of a new session out of those of a bundle, parents first. */
final class UnpackedNodes {

  private final Session session;
  private final Manifest manifest;
  private final int[] refs;
  private final Map<String, StateDescription> shapes;
  private final Map<NodeId, NodeMaps> maps = new HashMap<>();
  private final Map<NodeId, ConsoleOffset> consoles = new HashMap<>();

  /**
   * None yet.
   *
   * @param refs references in the session's page store, by the pages' numbers in the bundle
   */
  UnpackedNodes(
      Session session, Manifest manifest, int[] refs, Map<String, StateDescription> shapes) {
    this.session = session;
    this.manifest = manifest;
    this.refs = refs;
    this.shapes = shapes;
  }

  /** Reads the entries of a node and makes it complete. */
  void add(CarriedNode carried, EntryReader entries) throws IOException, SnapshotException {
    Node node = carried.node();
    DeviceState state = DeviceState.of(entries.entry(carried.entry("state"), carried.stateBytes()));
    NodeMaps own = maps(carried, entries);
    byte[] output = entries.entry(carried.entry("console"), carried.consoleBytes());
    ConsoleOffset console = console(carried, output);
    maps.put(node.id(), own);
    consoles.put(node.id(), console);
    NodeDraft draft = session.beginAgain(node, console);
    Node unused = draft.complete(own, state, carried.shape().map(shapes::get), node.figures());
  }

  private NodeMaps maps(CarriedNode carried, EntryReader entries) throws IOException {
    Optional<NodeMaps> parent = carried.node().parent().map(maps::get);
    PageMap ram =
        MapCode.decode(
            parent.map(NodeMaps::ram).orElse(PageMap.empty(session.pageCount())),
            entries.entry(carried.entry("map"), carried.mapBytes()),
            manifest.pages(),
            number -> refs[number]);
    List<PageMap> disks = new ArrayList<>();
    for (CarriedDisk disk : manifest.disks()) {
      int at = disk.number();
      disks.add(
          MapCode.decode(
              parent
                  .map(it -> it.disks().get(at))
                  .orElse(PageMap.empty(DiskMap.blockCount(disk.bytes()))),
              entries.entry(carried.entry("disk" + at), carried.diskMapBytes().get(at)),
              DiskMap.entry(manifest.pages()),
              entry ->
                  DiskMap.reference(entry)
                      .map(number -> DiskMap.entry(refs[number]))
                      .orElse(DiskMap.OF_IMAGE)));
    }
    return new NodeMaps(ram, disks);
  }

  private ConsoleOffset console(CarriedNode carried, byte[] output)
      throws IOException, SnapshotException {
    Optional<ConsoleOffset> from =
        carried.consoleKept() == 0 ? Optional.empty() : carried.node().parent().map(consoles::get);
    if (carried.consoleKept() != (from.isEmpty() ? 0 : session.transcriptBytes(from.get()))) {
      throw new BadBundleException("the console output of " + carried.node().id() + " has a gap");
    }
    if (from.isPresent() && output.length == 0) {
      return from.get();
    }
    try (TranscriptWriter transcript = session.beginTranscript(from)) {
      transcript.append(output, 0, output.length);
      return transcript.offset();
    }
  }
}
