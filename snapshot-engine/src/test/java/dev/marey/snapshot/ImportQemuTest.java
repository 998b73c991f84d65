package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.options.ShellQuoting;
import dev.marey.machine.testing.TestGuests;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams that a stock QEMU has written, as first nodes of sessions. */
@Timeout(180)
final class ImportQemuTest {

  private static final long RAM_BYTES = (long) BareMetal.MEGABYTES << 20;
  private static final StreamImport.Turn ANY = pages -> {};

  @TempDir Path folder;

  private static List<String> line() {
    return TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES);
  }

  private static GuestDefinition guest(List<String> line) throws Exception {
    return CommandLine.of(line).accept();
  }

  /** What a person without Marey would type. */
  private StockQemu stock() throws Exception {
    return stock(line());
  }

  private StockQemu stock(List<String> own) throws Exception {
    List<String> line = new ArrayList<>(own);
    line.addAll(List.of("-display", "none", "-serial", "stdio"));
    return new StockQemu(ShellQuoting.join(line), folder, Map.of());
  }

  private static void beBusy(StockQemu qemu) throws Exception {
    qemu.await("counter 1\r");
    qemu.type("d 64 4096");
    qemu.await("d 64 of 4096");
  }

  /** Sabotage that fails it: pages of the first pass kept when a later one has them again. */
  @Test
  void aStreamOfAStandingGuestBecomesANodeThatRunsOn() throws Exception {
    Path stream = folder.resolve("stream");
    ByteBuffer ram;
    try (StockQemu qemu = stock()) {
      beBusy(qemu);
      qemu.stop();
      ram = qemu.ram(RAM_BYTES);
      qemu.migrate(stream);
    }
    goesOn(stream, RunState.PAUSED, ram);
  }

  /** The guest writes while its memory is written: pages are in the stream several times. */
  @Test
  void aStreamOfARunningGuestBecomesANodeThatRunsOn() throws Exception {
    Path stream = folder.resolve("stream");
    ByteBuffer ram;
    try (StockQemu qemu = stock()) {
      beBusy(qemu);
      qemu.migrate(stream);
      ram = qemu.ram(RAM_BYTES);
    }
    goesOn(stream, RunState.RUNNING, ram);
  }

  @Test
  void aBackgroundSnapshotBecomesANodeThatRunsOn() throws Exception {
    Path stream = folder.resolve("stream");
    try (StockQemu qemu = stock()) {
      beBusy(qemu);
      qemu.backgroundSnapshot(stream);
    }
    try (Session session =
        StreamImport.read(stream, folder.resolve("session"), guest(line()), "", ANY)) {
      NodeId node = session.timeline().nodes().get(0).id();
      try (BareMetal guest =
          BareMetal.of(folder, session, LiveGuest.open(session, node, RunAfter.RUN))) {
        guest.runABit();
        guest.assertGuestFindsNoDamage();
      }
    }
  }

  @Test
  void addressesAboveTheHoleAreRightOnceTheGuestHasGoneOn() throws Exception {
    Path stream = folder.resolve("stream");
    List<String> large = TestGuests.bareMetalCommandLine(4096);
    try (StockQemu qemu = stock(large)) {
      qemu.await("counter 1\r");
      qemu.migrate(stream);
    }
    try (Session session =
        StreamImport.read(stream, folder.resolve("session"), guest(large), "", ANY)) {
      NodeId node = session.timeline().nodes().get(0).id();
      try (BareMetal guest =
          BareMetal.of(folder, session, LiveGuest.open(session, node, RunAfter.RUN))) {
        guest.runABit();
        assertThat(session.ramLayout().addressOf(new PageNumber(3 << 18)))
            .isEqualTo(new GuestAddress(1L << 32));
      }
    }
  }

  private void goesOn(Path stream, RunState state, ByteBuffer ram) throws Exception {
    try (Session session =
        StreamImport.read(stream, folder.resolve("session"), guest(line()), "theirs", ANY)) {
      Node node = session.timeline().nodes().get(0);
      assertThat(node.label()).isEqualTo("theirs");
      assertThat(node.runState()).isEqualTo(state);
      assertThat(session.livePosition()).contains(node.id());
      try (BareMetal guest =
          BareMetal.of(folder, session, LiveGuest.open(session, node.id(), RunAfter.PAUSE))) {
        BareMetal.Expected expected = new BareMetal.Expected(node, ram);
        guest.assertNodeIs(expected);
        guest.assertLiveIs(expected);
        for (RevertWay way : RevertWay.values()) {
          guest.live().resume();
          guest.runABit();
          guest.assertGuestFindsNoDamage();
          guest.live().revert(node.id(), RunAfter.PAUSE, way).get();
          guest.assertLiveIs(expected);
        }
      }
    }
  }

  @Test
  void whatIsNoStreamOfThisGuestIsRefusedAndLeavesNoSession() throws Exception {
    Path stream = folder.resolve("stream");
    try (StockQemu qemu = stock()) {
      beBusy(qemu);
      qemu.stop();
      qemu.migrate(stream);
    }
    byte[] whole = Files.readAllBytes(stream);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(folder.resolve("text"), "no stream at all");
    refused(cut, line(), "the stream ends too early; it was cut off or is no migration stream");
    refused(text, line(), "expected QEMU's migration stream (QEVM, version 3)");
    refused(
        stream,
        TestGuests.bareMetalCommandLine(32),
        "its guest has 64 MiB of memory, the command line gives it 32 MiB; give the same -m");
    refused(folder.resolve("none"), line(), "there is no such file. Check the path.");
    assertThatThrownBy(
            () ->
                StreamImport.read(
                    stream,
                    folder.resolve("session"),
                    guest(line()),
                    "",
                    pages -> {
                      throw new InterruptedIOException("it was called off");
                    }))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("it was called off");
    assertThat(folder.resolve("session")).doesNotExist();
  }

  private void refused(Path stream, List<String> line, String reason) {
    assertThatThrownBy(
            () ->
                StreamImport.read(stream, folder.resolve("session"), guest(line), "", ANY).close())
        .isInstanceOf(SnapshotException.class)
        .hasMessageStartingWith("Could not import " + stream + ": ")
        .hasMessageContaining(reason);
    assertThat(folder.resolve("session")).doesNotExist();
  }
}
