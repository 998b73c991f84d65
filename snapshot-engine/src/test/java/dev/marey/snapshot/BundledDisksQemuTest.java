package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.bundle.BundleWriter;
import dev.marey.snapshot.bundle.UnpackedBundle;
import dev.marey.snapshot.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux and its disks go to another installation, where none of their files is. */
@Timeout(300)
final class BundledDisksQemuTest {

  private static final int VIRTIO = 32 << 10;
  private static final int SCSI = 40 << 10;

  @TempDir Path folder;

  private List<String> line(Path here) throws Exception {
    Tools.makeExt4(here.resolve("virtio.img"), VIRTIO >> 10);
    Tools.makeExt4(here.resolve("base.img"), SCSI >> 10);
    Tools.makeExt4(here.resolve("read.img"), 8);
    Tools.makeQcow2WithText(
        here.resolve("base.img"), here.resolve("scsi.qcow2"), "only in the qcow2");
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(128));
    String file = "file=" + here + "/";
    line.addAll(List.of("-drive", file + "virtio.img,format=raw,if=virtio"));
    line.addAll(List.of("-drive", file + "read.img,format=raw,if=virtio,readonly=on"));
    line.addAll(List.of("-device", "virtio-scsi-pci,id=scsi"));
    line.addAll(
        List.of(
            "-blockdev",
            "driver=qcow2,node-name=third,file.driver=file,file.filename=" + here + "/scsi.qcow2"));
    line.addAll(List.of("-device", "scsi-hd,drive=third,bus=scsi.0"));
    return line;
  }

  /** Sabotage that fails it: the image as it is instead of the node's blocks, an image left out. */
  @Test
  void theDisksAgreeWithRamAfterARevertElsewhere() throws Exception {
    Path here = Files.createDirectory(folder.resolve("here"));
    Path bundle = folder.resolve("disks.marey");
    List<NodeId> nodes = new ArrayList<>();
    List<List<Long>> numbers = new ArrayList<>();
    List<Long> addresses;
    List<String> line = line(here);
    assertThat(CommandLine.of(line).problems()).isEmpty();
    try (LedgerGuest guest = LedgerGuest.start(here, here.resolve("session"), line, VIRTIO, SCSI)) {
      for (int i = 0; i < 3; i++) {
        guest.runABit();
        nodes.add(guest.take().id());
        numbers.add(guest.ledgers().numbersIn(nodes.get(i)));
      }
      addresses = guest.ledgers().addresses();
      guest.live().pause();
      assertThat(
              BundleWriter.write(
                  guest.session(), List.of(nodes.get(0), nodes.get(2)), bundle, (done, of) -> {}))
          .containsExactly(nodes.get(0), nodes.get(2));
    }
    for (String image : List.of("virtio.img", "base.img", "scsi.qcow2", "read.img", "session")) {
      Files.move(here.resolve(image), folder.resolve("away-" + image));
    }
    UnpackedBundle unpacked =
        UnpackedBundle.of(bundle, folder.resolve("there"), "qemu-system-x86_64", (done, of) -> {});
    try (Session session = Session.open(unpacked.session())) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.verify()).isEmpty();
      Ledgers ledgers = new Ledgers(session, folder);
      addresses.forEach(ledgers::add);
      for (int i : new int[] {2, 0}) {
        NodeId node = nodes.get(i);
        assertThat(ledgers.numbersIn(node)).isEqualTo(numbers.get(i));
        ledgers.assertDisksAgreeWithRam(node);
        assertThat(Tools.textIn(ledgers.export(node, 1, "raw"), "/text"))
            .isEqualTo("only in the qcow2");
        NodeId later = goesOn(session, node, ledgers);
        ledgers.assertDisksAgreeWithRam(later);
      }
      assertThat(session.verify()).isEmpty();
    }
  }

  private static NodeId goesOn(Session session, NodeId node, Ledgers ledgers) throws Exception {
    List<Long> then = ledgers.numbersIn(node);
    try (LiveGuest live = LiveGuest.open(session, node, RunAfter.RUN)) {
      Awaitility.await("ledgers after " + then)
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                List<Long> now = ledgers.numbers(live::readRam);
                return now.get(0) >= then.get(0) + 20 && now.get(1) >= then.get(1) + 20;
              });
      NodeId later = live.snapshot("", Node.Origin.PERSON).get().id();
      live.abandon();
      return later;
    }
  }
}
