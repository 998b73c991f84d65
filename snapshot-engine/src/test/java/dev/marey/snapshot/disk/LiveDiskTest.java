package dev.marey.snapshot.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.disk.DiskImage;
import dev.marey.machine.disk.RawImage;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What the guest reads and what nodes keep, against plain copies of the disk. */
final class LiveDiskTest {

  private static final int SECTOR = 512;

  /** Not a multiple of the block size: the last block is short. */
  private static final int DISK_BYTES = 64 * DiskMap.BLOCK_BYTES + 3 * SECTOR;

  /** A disk over an image of random bytes, and what is known to be on it. */
  private static final class Rig implements AutoCloseable {
    final Path folder;
    final Random random;
    final DiskImage image;
    final PageStore store;
    final LiveDisk disk;
    final byte[] imageBytes;
    byte[] expected;

    Rig(long seed) throws Exception {
      folder = Files.createTempDirectory("disk");
      random = new Random(seed);
      imageBytes = new byte[DISK_BYTES];
      random.nextBytes(imageBytes);
      expected = imageBytes.clone();
      Files.write(folder.resolve("image"), imageBytes);
      image = RawImage.open(folder.resolve("image"));
      store = PageStore.open(Files.createDirectory(folder.resolve("pages")), UUID.randomUUID());
      disk =
          new LiveDisk(
              image,
              store,
              ScratchFile.create(
                  folder.resolve("scratch"),
                  (long) DiskMap.blockCount(DISK_BYTES) * DiskMap.BLOCK_BYTES),
              DiskMap.untouched(DISK_BYTES));
    }

    void write(int offset, int length, byte fill) throws IOException {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      if (length > 0) {
        bytes[0] = fill;
      }
      System.arraycopy(bytes, 0, expected, offset, length);
      disk.write(offset, ByteBuffer.allocateDirect(length).put(bytes).flip());
    }

    void zero(int offset, int length) throws IOException {
      Arrays.fill(expected, offset, offset + length, (byte) 0);
      disk.zero(offset, length);
    }

    byte[] content() throws IOException {
      return read(0, DISK_BYTES);
    }

    byte[] read(int offset, int length) throws IOException {
      ByteBuffer into = ByteBuffer.allocateDirect(length);
      disk.read(offset, into);
      byte[] bytes = new byte[length];
      into.flip().get(bytes);
      return bytes;
    }

    byte[] content(PageMap map) throws IOException {
      ByteBuffer into = ByteBuffer.allocate(DISK_BYTES);
      new StoredDisk(image, store, map).read(0, into);
      return into.array();
    }

    /** What the kernel says that the file without a name takes. */
    long scratchBytes() throws Exception {
      String prefix = folder + "/scratch";
      for (String fd : Objects.requireNonNull(new File("/proc/self/fd").list())) {
        Path link = Path.of("/proc/self/fd", fd);
        if (Files.isSymbolicLink(link)
            && Files.readSymbolicLink(link).toString().startsWith(prefix)) {
          String of = "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
          Process stat = new ProcessBuilder("stat", "-Lc", "%b", of).start();
          String blocks = new String(stat.getInputStream().readAllBytes(), US_ASCII).trim();
          return Long.parseLong(blocks) * SECTOR;
        }
      }
      throw new AssertionError("there is no scratch file");
    }

    DiskCapture save() {
      DiskCapture capture = disk.beginCapture();
      boolean more = true;
      while (more) {
        more = disk.step(capture, 7);
      }
      return capture;
    }

    @Override
    public void close() throws IOException, SnapshotException {
      disk.close();
      image.close();
      store.close();
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A disk at one instant. */
  private static final class Instant {
    final DiskCapture capture;
    final byte[] content;

    Instant(DiskCapture capture, byte[] content) {
      this.capture = capture;
      this.content = content.clone();
    }

    PageMap map() {
      return capture.map().join();
    }
  }

  @Property(tries = 25)
  void everyNodeIsTheDiskAtItsInstantWhateverIsWrittenMeanwhile(@ForAll long seed)
      throws Exception {
    try (Rig rig = new Rig(seed)) {
      List<Instant> kept = new ArrayList<>();
      Deque<Instant> saving = new ArrayDeque<>();
      for (int i = 0; i < 120; i++) {
        int offset = rig.random.nextInt(DISK_BYTES / SECTOR) * SECTOR;
        int length = Math.min(DISK_BYTES - offset, rig.random.nextInt(1, 40) * SECTOR);
        switch (rig.random.nextInt(8)) {
          case 0 -> saving.add(new Instant(rig.disk.beginCapture(), rig.expected));
          case 1 -> rig.zero(offset, length);
          case 2 -> assertThat(rig.content()).isEqualTo(rig.expected);
          case 3 -> {
            if (saving.isEmpty() && !kept.isEmpty()) {
              Instant target = kept.get(rig.random.nextInt(kept.size()));
              rig.disk.revertTo(target.map());
              rig.expected = target.content.clone();
            }
          }
          case 4, 5 -> {
            Instant first = saving.peek();
            if (first != null && !rig.disk.step(first.capture, 3)) {
              kept.add(first);
              saving.remove();
            }
          }
          default -> rig.write(offset, length, (byte) i);
        }
      }
      while (!saving.isEmpty()) {
        Instant first = saving.remove();
        boolean more = true;
        while (more) {
          more = rig.disk.step(first.capture, 3);
        }
        kept.add(first);
      }
      assertThat(rig.content()).isEqualTo(rig.expected);
      for (Instant node : kept) {
        assertThat(rig.content(node.map())).isEqualTo(node.content);
      }
      assertThat(Files.readAllBytes(rig.folder.resolve("image"))).isEqualTo(rig.imageBytes);
    }
  }

  @Test
  void aNodeOfADiskNobodyWroteToIsTheImage() throws Exception {
    try (Rig rig = new Rig(1)) {
      DiskCapture capture = rig.save();

      assertThat(capture.blockCount()).isZero();
      assertThat(rig.content(capture.map().join())).isEqualTo(rig.imageBytes);
    }
  }

  @Test
  void aSecondNodeHoldsOnlyWhatWasWrittenSinceTheFirst() throws Exception {
    try (Rig rig = new Rig(2)) {
      rig.write(0, 10 * DiskMap.BLOCK_BYTES, (byte) 1);
      rig.save();
      rig.write(SECTOR, SECTOR, (byte) 2);

      assertThat(rig.disk.writtenBlocks()).isEqualTo(1);
      DiskCapture second = rig.save();

      assertThat(second.blockCount()).isEqualTo(1);
      assertThat(rig.content(second.map().join())).isEqualTo(rig.expected);
    }
  }

  @Test
  void whatCannotBeStoredIsInTheNextNode() throws Exception {
    try (Rig rig = new Rig(3)) {
      rig.write(0, 3 * DiskMap.BLOCK_BYTES, (byte) 1);
      DiskCapture lost = rig.disk.beginCapture();
      rig.write(DiskMap.BLOCK_BYTES, SECTOR, (byte) 2);
      DiskCapture lostWithIt = rig.disk.beginCapture();

      rig.disk.giveUp(lost, new SnapshotException("the disk is full"));

      assertThatThrownBy(() -> lost.map().join()).hasMessageContaining("the disk is full");
      assertThatThrownBy(() -> lostWithIt.map().join()).hasMessageContaining("the disk is full");
      DiskCapture next = rig.save();
      assertThat(rig.content(next.map().join())).isEqualTo(rig.expected);
    }
  }

  @Test
  void whatIsStoredTakesNoRoomAmongTheWritesAnyMore() throws Exception {
    try (Rig rig = new Rig(4)) {
      rig.write(0, 32 * DiskMap.BLOCK_BYTES, (byte) 1);
      assertThat(rig.scratchBytes()).isEqualTo(32 * DiskMap.BLOCK_BYTES);

      rig.save();

      assertThat(rig.scratchBytes()).isZero();
      assertThat(rig.content()).isEqualTo(rig.expected);
    }
  }

  @Test
  void zeroesTakeNoRoom() throws Exception {
    try (Rig rig = new Rig(5)) {
      rig.zero(SECTOR, DISK_BYTES - SECTOR);

      assertThat(rig.scratchBytes()).isEqualTo(DiskMap.BLOCK_BYTES);
      assertThat(rig.content()).isEqualTo(rig.expected);
    }
  }
}
