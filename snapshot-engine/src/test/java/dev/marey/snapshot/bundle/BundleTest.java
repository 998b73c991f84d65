package dev.marey.snapshot.bundle;

import static dev.marey.snapshot.bundle.PackedSession.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestDefinition;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.testing.SmallSession;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are packed here and unpacked there, with made-up nodes. */
final class BundleTest {

  private static final NodeId S1 = SmallSession.S1;
  private static final NodeId S2 = SmallSession.S2;
  private static final NodeId S3 = SmallSession.S3;
  private static final NodeId S4 = new NodeId(4);

  @TempDir Path folder;

  private PackedSession packed() {
    return new PackedSession(folder);
  }

  private UnpackedBundle unpack() throws Exception {
    return UnpackedBundle.of(packed().bundle(), packed().sessions(), packed().qemu(), ANY);
  }

  /** Sabotage that fails it: maps written against the session's parent, a disk map left out. */
  @Test
  void chosenNodesArriveWithMemoryDisksStatesWordsAndNames() throws Exception {
    try (Session here = packed().withFourNodes()) {
      here.note(S3, "see\nhere");
      here.pin(S1, true);
      here.tag(S3, Tags.of("b", "a"));
      BundleWriter.write(here, List.of(S3, S1), packed().bundle(), ANY);
      // what was there is gone now
      for (String name : List.of("the kernel", "disk.img")) {
        Files.move(folder.resolve(name), folder.resolve(name + " away"));
      }
      UnpackedBundle unpacked = unpack();
      assertThat(unpacked)
          .isEqualTo(new UnpackedBundle(packed().sessions().resolve("nodes"), true));
      for (String name : List.of("the kernel", "disk.img")) {
        Files.move(folder.resolve(name + " away"), folder.resolve(name));
      }
      try (Session there = Session.open(unpacked.session())) {
        assertThat(there.problems()).isEmpty();
        assertThat(there.timeline().nodes()).extracting(Node::id).containsExactly(S1, S3);
        assertThat(there.resolve("three").parent()).contains(S1);
        assertThat(there.resolve("three").note()).isEqualTo("see\nhere");
        assertThat(there.resolve("one").pinned()).isTrue();
        assertThat(there.resolve("three").tags()).isEqualTo(Tags.of("a", "b"));
        assertThat(there.livePosition()).contains(S1);
        // S2, which it hung on, stayed behind.
        assertThat(there.resolve("three").figures().pagesChanged())
            .hasValue(there.content(S1).pageMap().differenceCount(there.content(S3).pageMap()));
        assertThat(there.verify()).isEmpty();
        for (NodeId node : List.of(S1, S3)) {
          Node was = here.resolve(node.toString());
          Node is = there.resolve(node.toString());
          assertThat(PackedSession.ram(there, node)).isEqualTo(PackedSession.ram(here, node));
          assertThat(PackedSession.disk(there, node)).isEqualTo(PackedSession.disk(here, node));
          assertThat(there.content(node).deviceState()).isEqualTo(here.content(node).deviceState());
          assertThat(there.transcript(is.console())).isEqualTo(here.transcript(was.console()));
          assertThat(is.figures().withPagesChanged(was.figures().pagesChanged()))
              .isEqualTo(was.figures());
          assertThat(is.takenAt()).isEqualTo(was.takenAt());
          assertThat(is.guestTime()).isEqualTo(was.guestTime());
          assertThat(is.runState()).isEqualTo(was.runState());
        }
        assertThat(
                new String(there.transcript(there.resolve("S3").console()), StandardCharsets.UTF_8))
            .isEqualTo("words of one\nwords of two\nwords of three\n");
        assertThat(SmallSession.begin(there, Optional.of(S3), "").id()).isEqualTo(S4);
      }
    }
  }

  @Test
  void theGuestComesWithItsFilesAndTheSessionCanBeMoved() throws Exception {
    GuestDefinition was;
    try (Session here = packed().withFourNodes()) {
      was = here.guest();
      BundleWriter.write(here, List.of(), packed().bundle(), ANY);
    }
    Path moved = folder.resolve("moved");
    Files.move(unpack().session(), moved);
    try (Session there = Session.open(moved)) {
      Path files = moved.resolve("guest-files");
      GuestDefinition is = there.guest();
      assertThat(is.arguments())
          .isEqualTo(
              was.arguments().stream()
                  .map(
                      word ->
                          word.replace(
                              folder.resolve("the kernel").toString(),
                              files.resolve("0-the_kernel").toString()))
                  .toList());
      assertThat(is.disks().get(0).image()).isEqualTo(files.resolve("disk0.raw"));
      assertThat(is.disks().get(0).raw()).isTrue();
      assertThat(is.ramBytes()).isEqualTo(was.ramBytes());
      assertThat(is.gdb()).isEqualTo(was.gdb());
      assertThat(is.startPaused()).isTrue();
      assertThat(is.screen()).isFalse();
      assertThat(is.console()).isTrue();
      assertThat(files.resolve("0-the_kernel")).hasContent("kernel");
      assertThat(files.resolve("disk0.raw"))
          .hasBinaryContent(Files.readAllBytes(folder.resolve("disk.img")));
      assertThat(there.problems()).isEmpty();
      assertThat(there.timeline().nodes()).hasSize(4);
      Files.writeString(files.resolve("0-the_kernel"), "another");
    }
    try (Session there = Session.open(moved)) {
      assertThat(there.problems())
          .singleElement()
          .asString()
          .contains(moved.resolve("guest-files/0-the_kernel") + " has changed since");
    }
  }

  @Test
  void withoutNodesAllThatAreCompleteArePacked() throws Exception {
    try (Session here = packed().withFourNodes()) {
      SmallSession.begin(here, Optional.of(S2), "never").fail("it was called off");
      here.delete(S2);
      BundleWriter.write(here, List.of(), packed().bundle(), ANY);
    }
    try (Session there = Session.open(unpack().session())) {
      assertThat(there.timeline().nodes())
          .extracting(Node::id, Node::parent)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(S1, Optional.empty()),
              org.assertj.core.groups.Tuple.tuple(S3, Optional.of(S1)),
              org.assertj.core.groups.Tuple.tuple(S4, Optional.of(S1)));
    }
  }

  /** Sabotage that fails it: an index that counts each node's pages. */
  @Test
  void aPageThatNodesShareIsInItOnce() throws Exception {
    try (Session here = packed().withFourNodes()) {
      BundleWriter.write(here, List.of(), packed().bundle(), ANY);
    }
    BundleParts parts = BundleParts.of(packed().bundle());
    assertThat(parts.content("pages")).hasSize(7 * 4096);
    assertThat(parts.parts)
        .extracting(BundleParts.Part::name)
        .startsWith("bundle", "files/0-the_kernel", "disks/0", "pages", "nodes/S1/state")
        .endsWith("nodes/S4/disk0", "nodes/S4/console", "checksums");
    // three blocks of the image are not zeroes
    assertThat(parts.content("disks/0")).hasSize(3 * 4100);
  }

  @Test
  void theSameBundleIsFoundAgainAndAnotherGetsANameOfItsOwn() throws Exception {
    Path session;
    try (Session here = packed().withFourNodes()) {
      BundleWriter.write(here, List.of(S1), packed().bundle(), ANY);
      session = unpack().session();
      assertThat(unpack()).isEqualTo(new UnpackedBundle(session, false));
      Files.delete(packed().bundle());
      BundleWriter.write(here, List.of(S2), packed().bundle(), ANY);
    }
    Path second = packed().sessions().resolve("nodes-2");
    assertThat(unpack()).isEqualTo(new UnpackedBundle(second, true));
    assertThat(unpack()).isEqualTo(new UnpackedBundle(second, false));
  }

  @Test
  void whatACrashLeftIsRemoved() throws Exception {
    try (Session here = packed().withFourNodes()) {
      BundleWriter.write(here, List.of(S1), packed().bundle(), ANY);
    }
    Path left = packed().sessions().resolve(".unpacking/nodes");
    Files.createDirectories(left);
    Files.writeString(left.resolve("S1.node"), "half");
    assertThat(unpack().fresh()).isTrue();
    assertThat(packed().sessions().resolve(".unpacking")).doesNotExist();
  }

  @Test
  void calledOffItLeavesNothing() throws Exception {
    try (Session here = packed().withFourNodes()) {
      for (int after = 0; after < 12; after++) {
        int[] left = {after};
        assertThatThrownBy(
                () -> BundleWriter.write(here, List.of(), packed().bundle(), callingOff(left)))
            .isInstanceOf(SnapshotException.class)
            .hasMessageContaining("it was called off");
        assertThat(folder).isDirectoryNotContaining(each -> each.toString().contains("nodes"));
      }
      BundleWriter.write(here, List.of(), packed().bundle(), ANY);
      assertThatThrownBy(() -> BundleWriter.write(here, List.of(), packed().bundle(), ANY))
          .hasMessage(
              "Could not export to "
                  + packed().bundle()
                  + ": it is there already. Choose another name.");
    }
    for (int after = 0; after < 14; after++) {
      int[] left = {after};
      assertThatThrownBy(
              () ->
                  UnpackedBundle.of(
                      packed().bundle(), packed().sessions(), packed().qemu(), callingOff(left)))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("it was called off");
      assertThat(sessions()).isEmpty();
    }
  }

  private List<String> sessions() throws Exception {
    if (!Files.exists(packed().sessions())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(packed().sessions())) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.equals(".unpacking.lock"))
          .toList();
    }
  }

  private static Turn callingOff(int[] left) {
    return (done, of) -> {
      assertThat(done).isLessThanOrEqualTo(of);
      if (left[0]-- == 0) {
        throw new InterruptedIOException("it was called off");
      }
    };
  }

  @Test
  void whatCannotBeCarriedIsNamed() throws Exception {
    assertRefused(
        List.of("-kernel", "/nowhere/bzImage"),
        "-kernel /nowhere/bzImage reaches beyond the guest and the files that come with it. Record"
            + " the guest without it, and bundle that.");
    assertRefused(List.of("-L", "pc-bios"), "-L pc-bios reaches beyond the guest");
    Path image = Files.write(folder.resolve("base.qcow2"), new byte[] {'Q', 'F', 'I', (byte) 0xfb});
    assertRefused(
        List.of("-cdrom", image.toString()),
        image + " is an image that may stand on others, which would be missing there. Make a raw");
    try (Session empty = packed().create()) {
      assertThatThrownBy(() -> BundleWriter.write(empty, List.of(), packed().bundle(), ANY))
          .hasMessage(
              "There is nothing to bundle: the session has no complete node. Take a snapshot"
                  + " first.");
    }
    assertThat(packed().bundle()).doesNotExist();
  }

  private void assertRefused(List<String> arguments, String why) throws Exception {
    GuestDefinition plain = SmallSession.guest(4);
    GuestDefinition guest =
        new GuestDefinition(
            plain.qemu(),
            plain.words(),
            "",
            "",
            plain.ramBytes(),
            arguments,
            false,
            false,
            false,
            List.of(),
            Optional.empty(),
            List.of(),
            List.of());
    Path path = folder.resolve("refused" + arguments.hashCode());
    try (Session session = Session.create(path, guest)) {
      Node unused =
          SmallSession.completeEmpty(session, SmallSession.begin(session, Optional.empty(), ""));
      assertThatThrownBy(() -> BundleWriter.write(session, List.of(), packed().bundle(), ANY))
          .isInstanceOf(SnapshotException.class)
          .hasMessageStartingWith("Could not bundle the session: " + why);
    }
  }

  @Test
  void aCommaInTheFolderIsNamed() throws Exception {
    try (Session here = packed().withFourNodes()) {
      BundleWriter.write(here, List.of(), packed().bundle(), ANY);
    }
    assertThatThrownBy(
            () -> UnpackedBundle.of(packed().bundle(), folder.resolve("a,b"), packed().qemu(), ANY))
        .hasMessageContaining("has a comma in its name");
    for (String odd : List.of("a b", "a=b:c", "a\"b", "[a]")) {
      UnpackedBundle unpacked =
          UnpackedBundle.of(packed().bundle(), folder.resolve(odd), packed().qemu(), ANY);
      try (Session there = Session.open(unpacked.session())) {
        assertThat(there.problems()).isEmpty();
        assertThat(there.guest().arguments())
            .contains(unpacked.session().resolve("guest-files/0-the_kernel").toString());
      }
    }
  }

  @Test
  void damagedNodesAreNotPacked() throws Exception {
    try (Session here = packed().withFourNodes()) {
      Path state = here.path().resolve("states/S2.state");
      Files.write(state, new byte[100]);
      assertThatThrownBy(() -> BundleWriter.write(here, List.of(S2), packed().bundle(), ANY))
          .hasMessageContaining("S2.state");
      assertThat(packed().bundle()).doesNotExist();
      assertThatThrownBy(
              () -> BundleWriter.write(here, List.of(new NodeId(9)), packed().bundle(), ANY))
          .hasMessageStartingWith("There is no node \"S9\" in this session.");
    }
  }
}
