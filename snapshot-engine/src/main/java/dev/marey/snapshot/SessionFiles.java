package dev.marey.snapshot;

import dev.marey.snapshot.disk.DiskMap;
import dev.marey.snapshot.session.NodeFiles;
import dev.marey.snapshot.session.PageMapFiles;
import dev.marey.snapshot.session.SessionFolder;
import dev.marey.snapshot.session.StateFiles;
import dev.marey.snapshot.session.Transcripts;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an open session has on disk.
 *
 * <p>Threading: immutable; each part says its own.
 */
record SessionFiles(
    SessionFolder folder,
    PageStore pages,
    NodeFiles nodes,
    PageMapFiles maps,
    List<PageMapFiles> disks,
    StateFiles states,
    Transcripts transcripts)
    implements AutoCloseable {

  /** Opens the files in a folder, which is closed with them, or if that fails. */
  static SessionFiles open(SessionFolder folder) throws SnapshotException {
    try {
      return opened(folder);
    } catch (SnapshotException | RuntimeException e) {
      closeAfter(e, folder);
      throw e;
    }
  }

  private static SessionFiles opened(SessionFolder folder) throws SnapshotException {
    return new SessionFiles(
        folder,
        folder.writable()
            ? PageStore.open(folder.path().resolve("pages"), folder.id())
            : PageStore.openReadOnly(folder.path().resolve("pages"), folder.id()),
        new NodeFiles(folder),
        PageMapFiles.ofRam(folder),
        folder.guest().disks().stream()
            .map(disk -> PageMapFiles.ofDisk(folder, disk.name()))
            .toList(),
        new StateFiles(folder),
        new Transcripts(folder));
  }

  /** Reads the maps of a node. */
  NodeMaps load(NodeId id) throws SnapshotException {
    List<PageMap> ofDisks = new ArrayList<>();
    for (PageMapFiles disk : disks) {
      ofDisks.add(disk.load(id));
    }
    return new NodeMaps(maps.load(id), ofDisks);
  }

  /**
   * How many pages of RAM differ.
   *
   * @param from the node before; empty for RAM that was never written
   */
  int changed(Optional<NodeId> from, PageMap map) throws SnapshotException {
    PageMap before = from.isPresent() ? maps.load(from.get()) : PageMap.empty(map.pageCount());
    return before.differenceCount(map);
  }

  /**
   * Writes the maps of a node; durable when it returns.
   *
   * @param parent complete node to base them on if that is shorter
   * @return greatest reference in them
   */
  int save(NodeId id, NodeMaps node, Optional<NodeId> parent) throws SnapshotException {
    int highest = maps.save(id, node.ram(), parent);
    for (int i = 0; i < disks.size(); i++) {
      int entry = disks.get(i).save(id, node.disks().get(i), parent);
      highest = Math.max(highest, DiskMap.reference(entry).orElse(0));
    }
    return highest;
  }

  /** References that the maps of these nodes have; empty if one of the maps can't be read. */
  Optional<BitSet> references(Collection<NodeId> nodes) throws SnapshotException {
    Optional<BitSet> all = maps.references(nodes);
    for (PageMapFiles disk : disks) {
      Optional<BitSet> entries = disk.references(nodes);
      if (all.isEmpty() || entries.isEmpty()) {
        return Optional.empty();
      }
      BitSet references = all.get();
      entries.get().stream().forEach(entry -> DiskMap.reference(entry).ifPresent(references::set));
    }
    return all;
  }

  /**
   * Deletes the maps of some nodes that none of the others needs.
   *
   * @return the nodes of which nothing is left
   */
  Set<NodeId> dropMaps(Set<NodeId> gone, Collection<NodeId> kept) throws SnapshotException {
    Set<NodeId> dropped = new HashSet<>(maps.drop(gone, kept));
    for (PageMapFiles disk : disks) {
      dropped.retainAll(disk.drop(gone, kept));
    }
    return dropped;
  }

  /** Deletes the maps that none of these nodes needs. */
  void keepOnlyMapsOf(Collection<NodeId> nodes) throws SnapshotException {
    maps.keepOnly(nodes);
    for (PageMapFiles disk : disks) {
      disk.keepOnly(nodes);
    }
  }

  /** Deletes a node's files, except the page map, on which others may be based. */
  void delete(NodeId id) throws SnapshotException {
    nodes.delete(id);
    states.delete(id);
  }

  long sizeBytes() {
    return folder.files().bytes() + pages.fileBytes();
  }

  /** Closes them because of a failure, which stays the one to be told. */
  void closeAfter(Exception failure) {
    closeAfter(failure, this);
  }

  private static void closeAfter(Exception failure, AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws SnapshotException {
    try {
      transcripts.close();
    } finally {
      try {
        pages.close();
      } finally {
        folder.close();
      }
    }
  }
}
