package dev.marey.snapshot.disk;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.disk.BlockDevice;
import dev.marey.machine.disk.DiskImage;
import dev.marey.machine.disk.NbdServer;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The writable disks of one machine, from before its QEMU starts until after it has ended: what
 * they hold, the server through which QEMU reaches them, and the saver of their captures.
 *
 * <p>Threading: one thread at a time (the conductor of the guest); QEMU's requests come from
 * others.
 */
public final class MachineDisks implements AutoCloseable {

  private final List<LiveDisk> disks = new ArrayList<>();
  private final DiskSaver saver = new DiskSaver();
  private Optional<NbdServer> server = Optional.empty();

  private MachineDisks() {}

  /**
   * Serves the disks from now on.
   *
   * @param scratchFolder where room is for what the guest writes
   * @param maps what each disk holds, on top of its image
   * @param socket path of at most 107 bytes in a private folder
   */
  public static MachineDisks open(
      DiskImages images, PageStore store, Path scratchFolder, List<PageMap> maps, Path socket)
      throws SnapshotException {
    MachineDisks made = new MachineDisks();
    boolean done = false;
    try {
      if (!images.definitions().isEmpty()) {
        made.saver.start();
        made.serve(images, store, scratchFolder, maps, socket);
      }
      done = true;
      return made;
    } catch (IOException e) {
      throw new SnapshotException("The guest's disks can't be served: " + e.getMessage(), e);
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  private void serve(
      DiskImages images, PageStore store, Path scratchFolder, List<PageMap> maps, Path socket)
      throws IOException, SnapshotException {
    Map<String, BlockDevice> exports = new HashMap<>();
    for (int i = 0; i < images.definitions().size(); i++) {
      DiskDefinition definition = images.definitions().get(i);
      DiskImage image = images.image(i);
      if (DiskMap.blockCount(image.lengthBytes()) != maps.get(i).pageCount()) {
        // So that the old one is looked for when it is back.
        images.close();
        throw new SnapshotException(
            "The disk "
                + definition.option()
                + " has another size than when the session was made: "
                + definition.image()
                + " was replaced. Put the old one back.");
      }
      ScratchFile scratch =
          ScratchFile.create(
              scratchFolder.resolve(definition.name() + ".scratch"),
              (long) maps.get(i).pageCount() * DiskMap.BLOCK_BYTES);
      LiveDisk disk = new LiveDisk(image, store, scratch, maps.get(i));
      disks.add(disk);
      exports.put(definition.name(), disk);
    }
    server = Optional.of(NbdServer.open(socket, exports));
  }

  /** Maps of disks nobody has written to. */
  public static List<PageMap> untouched(DiskImages images) throws SnapshotException {
    List<PageMap> maps = new ArrayList<>();
    for (int i = 0; i < images.definitions().size(); i++) {
      maps.add(DiskMap.untouched(images.image(i).lengthBytes()));
    }
    return List.copyOf(maps);
  }

  /**
   * All disks at this instant; the machine must stand still. Cheap: nothing is copied.
   *
   * @return completes with the disks' maps when everything is in the page store
   */
  public CompletableFuture<List<PageMap>> capture() {
    if (disks.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<DiskCapture> captures = disks.stream().map(LiveDisk::beginCapture).toList();
    saver.submit(disks, captures);
    CompletableFuture<?>[] maps =
        captures.stream().map(DiskCapture::map).toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(maps)
        .thenApply(unused -> captures.stream().map(capture -> capture.map().join()).toList());
  }

  /** Whether the guest writes to no disk. */
  public boolean isEmpty() {
    return disks.isEmpty();
  }

  /** Blocks of all disks that were written since the last capture. */
  public int writtenBlocks() {
    return disks.stream().mapToInt(LiveDisk::writtenBlocks).sum();
  }

  /** By which pages of the page store are read now. */
  public List<PageMap> maps() {
    return disks.stream().map(LiveDisk::map).toList();
  }

  /** All disks become what they were at a node; the machine must stand still, all saved. */
  public void revertTo(List<PageMap> maps) throws SnapshotException {
    for (int i = 0; i < disks.size(); i++) {
      disks.get(i).revertTo(maps.get(i));
    }
  }

  /** Call it when QEMU has ended. Captures in flight are saved first. */
  @Override
  public void close() {
    server.ifPresent(NbdServer::close);
    saver.close();
    disks.forEach(LiveDisk::close);
  }
}
