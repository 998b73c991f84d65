package dev.marey.snapshot.disk;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.disk.DiskImage;
import dev.marey.machine.disk.ImageReader;
import dev.marey.machine.disk.RawImage;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of the disks that a guest writes, only read here; in the guest's order. They are
 * opened when the first of them is asked for. Owns them and the QEMU that reads those that are not
 * raw.
 *
 * <p>Threading: any (lock: this).
 */
public final class DiskImages implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskImages.class);

  private final List<DiskDefinition> definitions;
  private final Path qemu;
  private final List<DiskImage> images = new ArrayList<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * Opens nothing yet.
   *
   * @param qemu the guest's own, which knows its formats
   */
  public DiskImages(List<DiskDefinition> definitions, Path qemu) {
    this.definitions = List.copyOf(definitions);
    this.qemu = qemu;
  }

  public List<DiskDefinition> definitions() {
    return definitions;
  }

  /**
   * The image of the disk with this number in {@link #definitions()}.
   *
   * @throws SnapshotException naming a disk whose image is missing or can't be read
   */
  public synchronized DiskImage image(int disk) throws SnapshotException {
    if (images.isEmpty()) {
      boolean done = false;
      try {
        openAll();
        done = true;
      } finally {
        if (!done) {
          close();
        }
      }
    }
    return images.get(disk);
  }

  private void openAll() throws SnapshotException {
    for (DiskDefinition disk : definitions) {
      check(disk);
    }
    List<String> reading =
        DiskDefinition.readingAll(definitions.stream().filter(disk -> !disk.raw()).toList());
    try {
      ImageReader reader = null;
      if (!reading.isEmpty()) {
        Path folder = Files.createTempDirectory("marey-");
        opened.push(() -> Files.deleteIfExists(folder));
        reader = own(ImageReader.start(qemu, reading, folder));
      }
      for (DiskDefinition disk : definitions) {
        images.add(
            new SteadyImage(
                own(
                    reader == null || disk.raw()
                        ? RawImage.open(disk.image())
                        : reader.open(disk.name()))));
      }
    } catch (MachineException e) {
      throw new SnapshotException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new SnapshotException("The guest's disks can't be read: " + e.getMessage(), e);
    }
  }

  private static void check(DiskDefinition disk) throws SnapshotException {
    if (Files.isReadable(disk.image())) {
      return;
    }
    throw new SnapshotException(
        "The disk "
            + disk.option()
            + " can't be read: "
            + (Files.exists(disk.image())
                ? disk.image() + " may not be read. Change its permissions."
                : "there is no file " + disk.image() + ". Put it back where it was."));
  }

  private <T extends AutoCloseable> T own(T resource) {
    opened.push(resource);
    return resource;
  }

  /** They can be asked for again. */
  @Override
  public synchronized void close() {
    images.clear();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("closing a disk's image failed: {}", e.getMessage(), e);
      }
    }
  }
}
