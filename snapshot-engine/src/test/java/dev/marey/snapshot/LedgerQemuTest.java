package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.testing.Tools;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux writes the same numbers to its disks and to its RAM; on every node both agree. */
@Timeout(300)
final class LedgerQemuTest {

  private static final int VIRTIO = 32 << 10;
  private static final int IDE = 36 << 10;
  private static final int SCSI = 40 << 10;

  @TempDir Path folder;

  private final Map<Path, String> images = new TreeMap<>();

  @BeforeEach
  void makeImages() throws Exception {
    Tools.makeExt4(folder.resolve("virtio.img"), VIRTIO >> 10);
    Tools.makeExt4(folder.resolve("ide.img"), IDE >> 10);
    Tools.makeExt4(folder.resolve("base.img"), SCSI >> 10);
    Tools.makeQcow2WithText(
        folder.resolve("base.img"), folder.resolve("scsi.qcow2"), "only in the qcow2");
    for (String name : List.of("virtio.img", "ide.img", "base.img", "scsi.qcow2")) {
      images.put(folder.resolve(name), Tools.sha256(folder.resolve(name)));
    }
  }

  private List<String> withDisks(List<String> line) {
    List<String> all = new ArrayList<>(line);
    String start = "file=" + folder + "/";
    all.addAll(List.of("-drive", start + "virtio.img,format=raw,if=virtio"));
    all.addAll(List.of("-drive", start + "ide.img,format=raw,if=ide"));
    all.addAll(List.of("-device", "virtio-scsi-pci,id=scsi"));
    all.addAll(List.of("-drive", start + "scsi.qcow2,format=qcow2,if=none,id=third"));
    all.addAll(List.of("-device", "scsi-hd,drive=third,bus=scsi.0"));
    return all;
  }

  private LedgerGuest start(List<String> line) throws Exception {
    return LedgerGuest.start(folder, folder.resolve("session"), withDisks(line), VIRTIO, IDE, SCSI);
  }

  private void assertImagesAreAsTheyWere() throws Exception {
    Map<Path, String> now = new TreeMap<>();
    for (Path image : images.keySet()) {
      now.put(image, Tools.sha256(image));
    }
    assertThat(now).isEqualTo(images);
  }

  @Test
  void onEveryNodeOfEveryBranchTheDisksAgreeWithRam() throws Exception {
    travel(TestGuests.demoCommandLine(128), 2);
  }

  @Test
  @Tag("long")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void forMinutesAndOnManyBranchesToo() throws Exception {
    travel(TestGuests.demoCommandLine(128), 40);
  }

  @Test
  @Tag("long")
  void onQemu10Too() throws Exception {
    travel(TestGuests.qemu10().commandLine(TestGuests.demoCommandLine(128)), 2);
  }

  @Test
  void goingBackWaitsForTheDisksOfTheInstantItLeaves() throws Exception {
    try (LedgerGuest guest = start(TestGuests.demoCommandLine(128))) {
      Node before = guest.take();
      for (int i = 0; i < 3; i++) {
        guest.live().pause();
        Node unused = guest.take();
        guest.live().resume();
        guest.console().clear();
        guest
            .console()
            .type("dd if=/dev/urandom of=/mnt/" + SCSI + "/f bs=1M count=16 oflag=direct");
        guest.console().await("16\\+0 records out");
        guest.live().pause();
        CompletableFuture<Node> left = guest.live().snapshot("", Node.Origin.PERSON);
        Revert revert = guest.live().revert(before.id(), RunAfter.RUN).get();
        assertThat(revert.way()).isEqualTo(RevertWay.IN_PROCESS);
        assertThat(revert.kept()).isEmpty();
        guest.runABit();
        assertThat(left.get().state()).isEqualTo(NodeState.COMPLETE);
        guest.ledgers().assertDisksAgreeWithRam(left.get().id());
      }
      assertThat(guest.problems()).isEmpty();
    }
  }

  /** Sabotage that fails it: disks of another node beside the stream. */
  @Test
  void aStockQemuGoesOnFromAnExportWithTheDisksOfTheSameInstant() throws Exception {
    try (LedgerGuest guest = start(TestGuests.demoCommandLine(128))) {
      Node node = guest.take();
      guest.runABit();
      NodeExport.Exported exported =
          new NodeExport(guest.session(), node.id())
              .write(NodeExport.Form.STREAM, folder.resolve("stream"), (page, pageCount) -> {});
      guest.live().pause();
      for (int disk = 0; disk < 3; disk++) {
        Path copy = guest.ledgers().export(node.id(), disk, "raw");
        assertThat(exported.files().get(disk + 1)).hasSameBinaryContentAs(copy);
      }
      List<Long> then = guest.ledgers().numbersIn(node.id());
      try (StockQemu qemu = new StockQemu(exported.loading(), folder, Map.of())) {
        Awaitility.await("ledgers after " + then)
            .atMost(Duration.ofSeconds(60))
            .until(() -> grown(then, guest.ledgers().numbers(ramOf(qemu))));
        qemu.type("dmesg | grep -c 'I/O error'");
        assertThat(qemu.await("\n(\\d+)\r").group(1)).isEqualTo("0");
        assertThat(qemu.text()).doesNotContain("ledger: the file", "EXT4-fs error");
      }
    }
    assertImagesAreAsTheyWere();
  }

  private static boolean grown(List<Long> then, List<Long> now) {
    return IntStream.range(0, then.size()).allMatch(i -> now.get(i) >= then.get(i) + 20);
  }

  private static Ledgers.Ram ramOf(StockQemu qemu) throws Exception {
    ByteBuffer ram = qemu.ram(128 << 20);
    return (page, into) -> into.put(0, ram, (int) page.offsetBytes(), PageNumber.PAGE_BYTES);
  }

  /** The guest itself would not notice at once: what it reads is in its page cache, so in RAM. */
  private static void assertDisksAreThoseOf(Node node, LedgerGuest guest) throws Exception {
    List<PageMap> expected = guest.session().content(node.id()).maps().disks();
    NodeId now = guest.take().id();
    List<PageMap> disks = guest.session().content(now).maps().disks();
    for (int i = 0; i < disks.size(); i++) {
      assertThat(expected.get(i).differenceCount(disks.get(i))).as("disk " + i).isZero();
    }
  }

  private void travel(List<String> line, int nodeCount) throws Exception {
    try (LedgerGuest guest = start(line)) {
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < nodeCount; i++) {
        guest.runABit();
        nodes.add(guest.take());
      }
      Random random = new Random(11);
      for (RevertWay way : RevertWay.values()) {
        Collections.shuffle(nodes, random);
        for (Node node : nodes) {
          Revert revert = guest.live().revert(node.id(), RunAfter.PAUSE, way).get();
          assertThat(revert.way()).isEqualTo(way);
          assertDisksAreThoseOf(node, guest);
          guest.live().resume();
          guest.runABit();
          Node branch = guest.take();
          assertThat(guest.session().timeline().ancestry(branch.id())).contains(node);
        }
      }
      guest.live().pause();
      Path copy = guest.ledgers().export(nodes.get(0).id(), 2, "qcow2");
      Tools.assertImageIsSound(copy);
      Files.delete(copy);
      for (Node node : guest.session().timeline().nodes()) {
        assertThat(node.state()).isEqualTo(NodeState.COMPLETE);
        guest.ledgers().assertDisksAgreeWithRam(node.id());
      }
      assertThat(Tools.textIn(guest.ledgers().export(nodes.get(0).id(), 2, "raw"), "/text"))
          .isEqualTo("only in the qcow2");
      assertThat(guest.problems()).isEmpty();
      assertThat(guest.session().verify()).isEmpty();
    }
    assertImagesAreAsTheyWere();
  }
}
