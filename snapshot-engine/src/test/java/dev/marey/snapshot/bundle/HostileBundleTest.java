package dev.marey.snapshot.bundle;

import static dev.marey.snapshot.bundle.PackedSession.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that were damaged, or made by somebody who means harm: nothing of them is left. */
@Timeout(120)
final class HostileBundleTest {

  @TempDir static Path folder;

  private static Path good = Path.of("");
  private static Path evil = Path.of("");
  private static byte[] ram = {};

  @BeforeAll
  static void packOne() throws Exception {
    PackedSession packed = new PackedSession(folder);
    good = packed.bundle();
    evil = folder.resolve("evil.marey");
    try (Session here = packed.withFourNodes()) {
      BundleWriter.write(here, List.of(SmallSession.S1, SmallSession.S3), good, ANY);
      ram = PackedSession.ram(here, SmallSession.S3);
    }
    Files.createDirectories(packed.sessions());
    Files.createFile(packed.sessions().resolve(".unpacking.lock"));
  }

  private BundleParts parts() throws IOException {
    return BundleParts.of(good);
  }

  private UnpackedBundle unpack() throws Exception {
    PackedSession packed = new PackedSession(folder);
    return UnpackedBundle.of(evil, packed.sessions(), packed.qemu(), ANY);
  }

  /** Unpacking fails with this reason, and no file anywhere has changed. */
  private void refused(String reason) throws Exception {
    Map<Path, Long> before = tree();
    assertThatThrownBy(this::unpack)
        .isInstanceOf(SnapshotException.class)
        .hasMessageStartingWith("Could not open the bundle " + evil + ": ")
        .hasMessageContaining(reason);
    assertThat(tree()).isEqualTo(before);
  }

  private Map<Path, Long> tree() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Map<Path, Long> tree = new TreeMap<>();
      for (Path file : files.toList()) {
        tree.put(file, Files.isDirectory(file) ? -1 : Files.size(file));
      }
      return tree;
    }
  }

  @Test
  void whatTheseTestsPutTogetherIsABundle() throws Exception {
    parts().sealed().write(evil);
    try (Session there = Session.open(unpack().session())) {
      assertThat(PackedSession.ram(there, SmallSession.S3)).isEqualTo(ram);
    }
  }

  /** Sabotage that fails it: entries that are taken by their names, or passed over. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "../../../../../../../../tmp/marey-evil",
        "/tmp/marey-evil",
        "files/../../evil",
        "nodes/S1/../../../evil",
        "files/0-the_kernel/",
        "files\\..\\evil",
        "C:\\evil",
        "files/link -> /etc/passwd",
        "nodes/S2/state",
        ""
      })
  void anEntryThatIsNotDueIsRefused(String name) throws Exception {
    int last = parts().parts.size() - 1;
    for (int at = 0; at <= last; at++) {
      parts().insert(at, name, new byte[] {1, 2, 3}).sealed().write(evil);
      refused("it has another entry where ");
    }
    parts().insert(last + 1, name, new byte[] {1, 2, 3}).write(evil);
    refused("it has more in it than it says");
    parts().rename("files/0-the_kernel", name).sealed().write(evil);
    refused("it has another entry where files/0-the_kernel is due");
    assertThat(Path.of("/tmp/marey-evil")).doesNotExist();
  }

  @Test
  void entriesThatAreThereTwiceOrNotAtAllAreRefused() throws Exception {
    for (BundleParts.Part part : parts().parts) {
      int at = parts().indexOf(part.name());
      parts().insert(at, part.name(), part.content()).sealed().write(evil);
      refused("it has ");
      parts().insert(at + 1, part.name(), part.content()).sealed().write(evil);
      refused("it has ");
      BundleParts without = parts().remove(part.name());
      (part.name().equals("checksums") ? without : without.sealed()).write(evil);
      refused(part.name().equals("checksums") ? "it ends before checksums" : "it has another");
    }
  }

  /** Sabotage that fails it: files that are made under the name that the contents give. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "/tmp/marey-evil",
        "..",
        ".",
        "",
        "a/b",
        ".hidden",
        "a,b",
        "a:b",
        "a b",
        "-a",
        "a\n",
        "disk0.raw"
      })
  void aFileWithSuchANameIsRefused(String name) throws Exception {
    parts()
        .manifest(json -> ((ObjectNode) json.path("files").get(0)).put("name", name))
        .rename("files/0-the_kernel", "files/" + name)
        .sealed()
        .write(evil);
    refused(name.equals("disk0.raw") ? "two files are called disk0.raw" : "a file is called ");
  }

  private void changed(Consumer<ObjectNode> change, String reason) throws Exception {
    parts().manifest(change).sealed().write(evil);
    refused(reason);
  }

  private static ObjectNode first(ObjectNode json, String key) {
    return (ObjectNode) json.path(key).get(0);
  }

  @Test
  void sizesThatCannotBeAreRefusedBeforeAnythingIsWritten() throws Exception {
    changed(json -> json.put("pages", Integer.MAX_VALUE), "more than its own ");
    changed(json -> first(json, "files").put("bytes", Long.MAX_VALUE), "more bytes than there can");
    changed(json -> first(json, "files").put("bytes", 1L << 40), "more than its own ");
    changed(json -> first(json, "files").put("bytes", -1), "bytes is -1");
    changed(json -> first(json, "files").put("bytes", 0.5), "bytes is 0.5");
    changed(json -> first(json, "nodes").put("stateBytes", Integer.MAX_VALUE), "more than its own");
    changed(json -> first(json, "nodes").put("stateBytes", 1L << 32), "stateBytes: no number");
    changed(json -> first(json, "disks").put("bytes", 1L << 60), "a disk has ");
    changed(json -> first(json, "disks").put("bytes", 0), "a disk has 0 bytes");
    changed(json -> first(json, "disks").put("blocks", 99), "a disk has ");
    changed(json -> json.put("ramBytes", 0), "0 bytes of memory");
    changed(json -> json.put("ramBytes", 1L << 50), "bytes of memory");
    changed(json -> json.put("ramBytes", 4097), "4097 bytes of memory");
    changed(json -> json.put("ramBytes", 4096 * 128), "its memory has pieces that are missing");
    changed(
        json -> first(json, "ramLayout").put("lengthBytes", Long.MAX_VALUE), "pieces that overlap");
    changed(json -> first(json, "ramLayout").put("offsetBytes", 4096), "pieces that overlap");
    changed(json -> ((ArrayNode) json.path("ramLayout")).removeAll(), "makes no sense");
  }

  @Test
  void sizesThatAreNotWhatIsThereAreRefused() throws Exception {
    changed(json -> json.put("pages", 5), "pages is longer than it says");
    changed(json -> json.put("pages", 9), "pages is shorter than it says");
    changed(json -> first(json, "files").put("bytes", 5), "files/0-the_kernel is longer");
    changed(json -> first(json, "files").put("bytes", 7), "files/0-the_kernel is shorter");
    changed(json -> first(json, "disks").put("blocks", 2), "disks/0 is longer");
    changed(json -> first(json, "disks").put("blocks", 4), "disks/0 is shorter");
    changed(json -> first(json, "nodes").put("stateBytes", 10), "nodes/S1/state is longer");
    changed(json -> first(json, "nodes").put("mapBytes", 100), "nodes/S1/map is shorter");
    changed(json -> first(json, "nodes").put("outputBytes", 1), "nodes/S1/console is longer");
    changed(
        json -> ((ArrayNode) json.path("nodes").get(1).path("diskMapBytes")).set(0, 1),
        "nodes/S3/disk0 is longer");
  }

  /** Sabotage that fails it: no limit but the end of the entry. */
  @Test
  void aBombIsRefusedAtTheLengthItGives() throws Exception {
    byte[] bomb = new byte[17 << 20];
    for (String name :
        List.of("files/0-the_kernel", "disks/0", "pages", "nodes/S1/map", "nodes/S3/console")) {
      parts().set(name, bomb).write(evil);
      assertThat(evil).isRegularFile();
      refused(name.equals("disks/0") ? "disks/0" : name.equals("pages") ? "zero" : "longer");
    }
    parts().set("bundle", bomb).write(evil);
    refused("bundle is longer than it says");
    // one that is honest about its size
    parts().manifest(json -> json.put("pages", 4096)).set("pages", bomb).sealed().write(evil);
    refused("page 1 is all zeroes");
  }

  @Test
  void onePartOfItAloneIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(good);
    for (int length = 0; length < whole.length - 1500; length += 1 + length / 40) {
      Files.write(evil, Arrays.copyOf(whole, length));
      refused("nothing of it is kept. Get the file anew from who made it.");
    }
    Files.write(evil, Arrays.copyOf(whole, whole.length / 2));
    refused("it is cut short");
  }

  /** Sabotage that fails it: checksums that are not compared, neither the container's nor ours. */
  @Test
  void aBitThatFlippedIsNoticedOrMattersNothing() throws Exception {
    byte[] whole = Files.readAllBytes(good);
    Random random = new Random(1);
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(evil, flipped);
      Path session;
      try {
        session = unpack().session();
      } catch (SnapshotException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("Could not open the bundle " + evil + ": ");
        continue;
      }
      try (Session there = Session.open(session)) {
        assertThat(there.problems()).isEmpty();
        assertThat(PackedSession.ram(there, SmallSession.S3)).isEqualTo(ram);
        assertThat(there.verify()).isEmpty();
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  /** Sabotage that fails it: checksums that are not compared. */
  @Test
  void contentThatWasExchangedIsNoticedByItsChecksum() throws Exception {
    for (String name : List.of("files/0-the_kernel", "pages", "nodes/S3/state", "checksums")) {
      byte[] content = parts().content(name).clone();
      content[content.length / 2] ^= 1;
      parts().set(name, content).write(evil);
      refused("its checksums are of other content");
    }
  }

  @Test
  void whatIsNoBundleOrOfAnotherFormatIsNamed() throws Exception {
    changed(
        json -> json.put("format", 2),
        "it has format 2, this Marey knows 1. Open it with the version that made it.");
    changed(json -> json.put("format", "x"), "its first entry is no table of contents");
    for (String text : List.of("", "no bundle at all", "PK\3\4", "QEVM\0\0\0\3")) {
      Files.writeString(evil, text);
      refused("nothing of it is kept");
    }
    for (String json : List.of("", "{", "[]", "null", "{\"format\": 1}", "[".repeat(100_000))) {
      parts().set("bundle", json.getBytes(StandardCharsets.UTF_8)).sealed().write(evil);
      refused("nothing of it is kept");
    }
    Files.deleteIfExists(evil);
    assertThatThrownBy(this::unpack)
        .hasMessage("Could not open the bundle (" + evil + "): it does not exist. Check the path.");
  }

  @Test
  void nodesThatMakeNoSenseAreRefused() throws Exception {
    changed(json -> first(json, "nodes").put("id", "S9"), "its nodes are in no order at S3");
    changed(json -> first(json, "nodes").put("id", "../S1"), "not a node id");
    changed(json -> first(json, "nodes").put("id", "S0"), "not a node id");
    changed(json -> first(json, "nodes").put("parent", "S3"), "the parent of S1 is missing");
    changed(json -> first(json, "nodes").put("parent", "S1"), "the parent of S1 is missing");
    changed(json -> first(json, "nodes").put("takenAt", "yesterday"), "makes no sense");
    changed(json -> first(json, "nodes").put("runState", "flying"), "makes no sense");
    changed(json -> first(json, "nodes").put("shape", "../x"), "the description of S1 is missing");
    changed(json -> first(json, "nodes").put("label", "\u001b[2J"), "the name or note of S1");
    changed(json -> first(json, "nodes").put("note", "x".repeat(1 << 17)), "the name or note of");
    changed(
        json -> first(json, "nodes").putArray("tags").add("\u001b[2J"),
        "its table of contents makes no sense: The tag \"?[2J\" has a control character.");
    changed(json -> first(json, "nodes").putArray("diskMapBytes"), "S1 has other disks");
    changed(json -> first(json, "nodes").put("outputKept", 5), "console output of S1 has a gap");
    changed(json -> json.put("present", "S2"), "the node it goes on from is missing");
    changed(json -> ((ArrayNode) json.path("nodes")).removeAll(), "there is no node in it");
    changed(
        json -> json.putArray("shapes").addObject().put("digest", "../../x").put("bytes", 1),
        "the name of a description makes no sense");
  }

  @Test
  void mapsThatNameWhatIsNotThereAreRefused() throws Exception {
    // pages skipped, then the zigzag of an entry's distance
    map(new byte[] {64, 0}, "a map names page 64, content 1");
    map(new byte[] {0, 16}, "a map names page 0, content 9");
    map(new byte[] {0, 3}, "a map names page 0, content -1");
    map(new byte[] {0}, "a map is cut short");
    map(new byte[] {-1, -1, -1, -1, -1, 1, 0}, "a map has a number that is too long");
    map(new byte[] {-1, -1, -1, -1, 15, 0}, "a map names page ");
  }

  private void map(byte[] map, String reason) throws Exception {
    for (String entry : List.of("map", "disk0")) {
      parts()
          .manifest(
              json -> {
                if (entry.equals("map")) {
                  first(json, "nodes").put("mapBytes", map.length);
                } else {
                  ((ArrayNode) first(json, "nodes").path("diskMapBytes")).set(0, map.length);
                }
              })
          .set("nodes/S1/" + entry, map)
          .sealed()
          .write(evil);
      refused(entry.equals("map") ? reason : "a map ");
    }
  }

  @Test
  void blocksOfADiskThatLieOutsideOfItAreRefused() throws Exception {
    for (byte first : new byte[] {(byte) 0xff, 0x7f, 1}) {
      byte[] disk = parts().content("disks/0").clone();
      disk[0] = first;
      parts().set("disks/0", disk).sealed().write(evil);
      refused("disks/0 has a block ");
    }
    byte[] twice = parts().content("disks/0").clone();
    twice[4103] = 0;
    parts().set("disks/0", twice).sealed().write(evil);
    refused("disks/0 has a block 0");
  }

  /** Sabotage that fails it: a line that is taken as it is, or judged as a person's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-kernel /etc/hostname",
        "-kernel {marey.files}/../../secret",
        "-kernel {marey.files}/../session",
        "-initrd ../../secret",
        "-initrd {marey.files}/0-the_kernel,/etc/passwd",
        "-drive file=/etc/passwd,format=raw,if=virtio",
        "-drive file=/etc/passwd,format=raw,if=virtio,readonly=on",
        "-drive file=fat:rw:.,if=virtio",
        "-drive file=nbd:localhost:10809,if=virtio,readonly=on",
        "-drive file=json:{},if=virtio",
        "-drive file=/etc/passwd,server.path={marey.disks},if=virtio,readonly=on,format=raw",
        "-drive driver=nbd,server.type=unix,server.path={marey.disks},export=x,file=/etc/passwd",
        "-drive driver=nbd,server.type=unix,server.path={marey.disks},export=disk0,readonly=on",
        "-name {marey.session}",
        "-drive file={marey.files}/0-the_kernel,if=virtio,readonly=on",
        "-cdrom {marey.files}/0-the_kernel",
        "-device {\"driver\":\"loader\",\"file\":\"\\u002fetc\\/passwd\"}",
        "-device {\"driver\":\"loader\",\"file\":\"\\/etc/passwd\"}",
        "-append x -d int",
        "-drive driver=vvfat,dir=.,if=virtio,readonly=on",
        "-drive file={marey.files}/0-the_kernel,format=qcow2,if=virtio",
        "-blockdev driver=file,filename=/etc/passwd,node-name=x,read-only=on",
        "-blockdev {\"driver\":\"file\",\"filename\":\"/etc/passwd\",\"node-name\":\"x\"}",
        "-blockdev driver=ssh,host=evil,path=x,node-name=x,read-only=on",
        "-hda fat:.",
        "-cdrom /etc/passwd",
        "-cdrom http://evil/x.iso",
        "/etc/passwd",
        "-D log",
        "-L .",
        "-plugin {marey.files}/0-the_kernel",
        "-jitdump",
        "-fw_cfg name=opt/x,file=/etc/passwd",
        "-acpitable file=/etc/passwd",
        "-smbios file=/etc/passwd",
        "-option-rom /etc/passwd",
        "-device loader,file=/etc/passwd",
        "-device e1000,romfile=/etc/passwd",
        "-global e1000.romfile=/etc/passwd",
        "-netdev tap,id=n,script=/tmp/evil",
        "-netdev user,id=n,guestfwd=tcp:10.0.2.9:80-cmd:evil",
        "-netdev user,id=n,hostfwd=tcp::22-:22",
        "-netdev user,id=n,smb=/home",
        "-netdev user,id=n,tftp=.",
        "-nic user,tftp=/home",
        "-object secret,id=s,file=/etc/passwd",
        "-object filter-dump,id=f,netdev=n,file=x",
        "-object rng-egd,id=r,chardev=c",
        "-object rng-random,id=r,filename=/etc/passwd",
        "-object memory-backend-file,id=m,size=1M,mem-path=/etc/passwd",
        "-virtfs local,path=/home,mount_tag=x,security_model=none",
        "-readconfig /tmp/evil",
        "-machine pc,firmware=/etc/passwd",
        "-bios /etc/passwd",
        "-trace events=/etc/passwd",
        "-iscsi user=x",
        "-enable-kvm",
        "-incoming exec:evil",
        "-evil",
        "-device vfio-pci,host=1"
      })
  void aLineThatReachesBeyondTheGuestIsRefused(String option) throws Exception {
    Files.writeString(folder.resolve("secret"), "secret");
    changed(
        json -> {
          ArrayNode line = (ArrayNode) json.path("line");
          for (String word : option.split(" ", -1)) {
            line.add(word);
          }
        },
        ": its guest");
  }

  /** Sabotage that fails it: words of the bundle in a message as they are. */
  @Test
  void noWordOfItPlaysWithTheTerminal() throws Exception {
    changed(
        json -> ((ArrayNode) json.path("line")).add("-name").add("\u001b[2J"),
        "a word of its guest's line makes no sense");
    changed(json -> first(json, "nodes").put("id", "\u001b[2J"), "not a node id (S1, S2, …): ?[2J");
    changed(json -> json.put("present", "x".repeat(5000)), "…. It is damaged");
  }

  @Test
  void aGuestWithOtherMemoryOrDisksThanItsNodesIsRefused() throws Exception {
    changed(json -> ((ArrayNode) json.path("line")).add("-m").add("64M"), "has other memory");
    changed(
        json -> {
          ArrayNode line = (ArrayNode) json.path("line");
          for (int i = 0; i < line.size(); i++) {
            if (line.get(i).asText().contains("disk0.raw")) {
              line.remove(i);
              line.remove(i - 1);
              return;
            }
          }
          throw new UncheckedIOException(new IOException("there is no disk in the line"));
        },
        "has other memory or disks");
    changed(
        json ->
            ((ArrayNode) json.path("line"))
                .add("-drive")
                .add("file={marey.files}/0-the_kernel,format=raw,if=virtio"),
        "has other memory or disks");
  }

  @Test
  void anImageThatStandsOnAnotherIsRefused() throws Exception {
    byte[] image = "QFI\u00fb\0\0\0\2".getBytes(StandardCharsets.ISO_8859_1);
    parts()
        .manifest(json -> first(json, "files").put("bytes", image.length))
        .set("files/0-the_kernel", image)
        .sealed()
        .write(evil);
    refused("0-the_kernel is an image that may stand on others");
  }
}
