package dev.marey.snapshot.bundle;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.options.StrangersLine;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateFormatException;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import dev.marey.snapshot.bundle.Manifest.CarriedFile;
import dev.marey.snapshot.bundle.Manifest.CarriedNode;
import dev.marey.snapshot.bundle.Manifest.CarriedShape;
import dev.marey.snapshot.session.OwnFiles;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Makes a session of a bundle. The bundle may be damaged, or made by somebody who means harm:
 * nothing in it is a path, every length is known before and held to, and its guest's line is judged
 * anew.
 *
 * <p>Threading: one thread.
 */
final class BundleReader {

  private static final int MOST_MANIFEST_BYTES = 16 << 20;
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path folder;
  private final String qemu;
  private final Turn turn;

  private BundleReader(Path folder, String qemu, Turn turn) {
    this.folder = folder;
    this.qemu = qemu;
    this.turn = turn;
  }

  /**
   * Unpacks a bundle into an empty folder; all that it writes is there. If it fails, the folder is
   * of no use.
   *
   * @param qemu the program, as a person would write it
   * @throws SnapshotException if the bundle is damaged or refused, or there is no room
   */
  static void unpack(Path bundle, Path folder, String qemu, Turn turn) throws SnapshotException {
    String tried = "Could not open the bundle " + bundle + ": ";
    try (InputStream in = new BufferedInputStream(Files.newInputStream(bundle), BUFFER_BYTES)) {
      new BundleReader(folder, qemu, turn).unpack(new EntryReader(in), Files.size(bundle));
    } catch (NewerBundleException e) {
      throw new SnapshotException(tried + e.getMessage() + ".", e);
    } catch (BadBundleException | ZipException | EOFException e) {
      throw new SnapshotException(
          tried
              + EntryReader.describe(e)
              + ". It is damaged, or was not made by Marey; nothing of it is kept. Get the file"
              + " anew from who made it.",
          e);
    } catch (MachineException e) {
      throw new SnapshotException(
          tried + "its guest does not fit this machine. " + EntryReader.plain(e), e);
    } catch (IOException e) {
      throw SnapshotException.ofFile("unpack the bundle", bundle, e);
    }
  }

  private void unpack(EntryReader entries, long fileBytes)
      throws IOException, SnapshotException, MachineException {
    Manifest manifest = ManifestJson.read(entries.first(Manifest.NAME, MOST_MANIFEST_BYTES));
    ManifestCheck.check(manifest, fileBytes, Files.getFileStore(folder).getUsableSpace());
    Meter meter = new Meter(turn, manifest.bytes());
    Path files = Files.createDirectory(OwnFiles.in(folder));
    for (CarriedFile file : manifest.files()) {
      Path path = files.resolve(file.name());
      entries.entry(file.entry(), file.bytes(), in -> copy(file.bytes(), in, path, meter));
      if (GuestFileNames.isLayered(path)) {
        throw new BadBundleException(file.name() + " is an image that may stand on others");
      }
    }
    for (CarriedDisk disk : manifest.disks()) {
      entries.entry(
          disk.entry(),
          disk.entryBytes(),
          in -> CarriedImage.unpack(disk, in, files.resolve(disk.file())));
      meter.add(disk.entryBytes());
    }
    GuestDefinition guest = judged(manifest, files);
    try (Session session = Session.create(folder, guest)) {
      session.saveRamLayout(manifest.ramLayout());
      int[] refs = pages(manifest, entries, session.pages(), meter);
      Map<String, StateDescription> shapes = shapes(manifest, entries);
      UnpackedNodes nodes = new UnpackedNodes(session, manifest, refs, shapes);
      for (CarriedNode node : manifest.nodes()) {
        nodes.add(node, entries);
        meter.add(node.stateBytes());
      }
      entries.finish();
      session.setLivePosition(manifest.present());
    }
  }

  private GuestDefinition judged(Manifest manifest, Path files)
      throws MachineException, BadBundleException {
    List<String> line = new ArrayList<>(List.of(qemu));
    for (String word : manifest.words()) {
      line.add(word.replace(Manifest.FOLDER, files.toString()));
    }
    GuestDefinition guest = CommandLine.of(line, files).accept();
    List<String> problems = StrangersLine.problems(guest, files.toString());
    if (!problems.isEmpty()) {
      throw new BadBundleException("its guest's option " + String.join("; ", problems));
    }
    if (guest.ramBytes() != manifest.ramBytes()
        || guest.disks().size() != manifest.disks().size()) {
      throw new BadBundleException("its guest has other memory or disks than its snapshots");
    }
    for (CarriedDisk disk : manifest.disks()) {
      if (!guest.disks().get(disk.number()).image().equals(files.resolve(disk.file()))) {
        throw new BadBundleException("its guest's disks are in another order");
      }
    }
    return guest;
  }

  /** Zeroes become holes. */
  private static void copy(long bytes, InputStream in, Path to, Meter meter) throws IOException {
    byte[] block = new byte[CarriedImage.BLOCK_BYTES];
    try (FileChannel out =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      for (int got = in.readNBytes(block, 0, block.length);
          got > 0;
          got = in.readNBytes(block, 0, block.length)) {
        if (got < block.length || !CarriedImage.isZero(block, 0)) {
          CarriedImage.write(out, at, ByteBuffer.wrap(block, 0, got));
        }
        at += got;
        meter.add(got);
      }
      CarriedImage.endAt(out, bytes);
      out.force(true);
    }
  }

  /** Puts all pages into the store; what reference each number has there. */
  private static int[] pages(Manifest manifest, EntryReader entries, PageStore store, Meter meter)
      throws IOException, SnapshotException {
    int[] refs = new int[manifest.pages() + 1];
    ByteBuffer page = ByteBuffer.allocate(PageStore.PAGE_BYTES);
    entries.entry(
        Manifest.PAGES,
        (long) manifest.pages() * PageStore.PAGE_BYTES,
        in -> {
          for (int number = 1; number < refs.length; number++) {
            meter.add(in.readNBytes(page.array(), 0, PageStore.PAGE_BYTES));
            try {
              refs[number] = store.put(page);
            } catch (SnapshotException e) {
              throw new IOException(e.getMessage(), e);
            }
            if (refs[number] == PageMap.ZERO_PAGE) {
              throw new BadBundleException("page " + number + " is all zeroes");
            }
          }
        });
    return refs;
  }

  private static Map<String, StateDescription> shapes(Manifest manifest, EntryReader entries)
      throws IOException {
    Map<String, StateDescription> shapes = new HashMap<>();
    for (CarriedShape shape : manifest.shapes()) {
      String json = new String(entries.entry(shape.entry(), shape.bytes()), StandardCharsets.UTF_8);
      try {
        StateDescription description = StateDescription.parse(json);
        if (!description.digest().equals(shape.digest())) {
          throw new BadBundleException("a description of device states has another name");
        }
        shapes.put(shape.digest(), description);
      } catch (StateFormatException e) {
        throw new BadBundleException("a description of device states makes no sense", e);
      }
    }
    return shapes;
  }
}
