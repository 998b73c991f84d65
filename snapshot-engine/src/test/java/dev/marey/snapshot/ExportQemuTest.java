package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.options.ShellQuoting;
import dev.marey.machine.testing.Qemu10;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.NodeExport.Form;
import dev.marey.snapshot.testing.ConsoleTail;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exported nodes in the tools they are for. */
@Timeout(240)
final class ExportQemuTest {

  private static final long RAM_BYTES = (long) BareMetal.MEGABYTES << 20;
  private static final NodeExport.Turn ANY = (page, pageCount) -> {};

  @TempDir Path folder;

  /** Where the guest keeps it, as it says itself. */
  private int counterAddress;

  private NodeExport.Exported export(Session session, Node node, Form form, String name)
      throws SnapshotException {
    return new NodeExport(session, node.id()).write(form, folder.resolve(name), ANY);
  }

  private ByteBuffer bytes(String name) throws Exception {
    try (FileChannel channel = FileChannel.open(folder.resolve(name))) {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private BareMetal start(List<String> line) throws Exception {
    BareMetal guest = BareMetal.start(folder, Tuning.STANDARD, folder.resolve("session"), line);
    counterAddress = Integer.decode(guest.console().await("counter at (0x[0-9a-f]+)").group(1));
    guest.runABit();
    return guest;
  }

  /** Sabotage that fails it: pages in another order, a device section left out, run state kept. */
  @Test
  void aStockQemuGoesOnFromAStreamWithItsConsole() throws Exception {
    try (BareMetal guest = start(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES))) {
      Node running = guest.take();
      BareMetal.Expected paused = guest.takeWithCopy();
      export(guest.session(), running, Form.RAW, "running.raw");
      NodeExport.Exported stream = export(guest.session(), running, Form.STREAM, "it's running");
      export(guest.session(), paused.node(), Form.RAW, "paused.raw");
      String line = export(guest.session(), paused.node(), Form.STREAM, "paused").loading();

      assertThat(bytes("paused.raw").mismatch(paused.ram())).isEqualTo(-1);
      goesOn(stream.loading(), Map.of());
      standsStill(line, paused, Map.of());
      Qemu10 newer = TestGuests.qemu10();
      String own = guest.session().guest().qemu().toString();
      String inNewer = ShellQuoting.join(newer.commandLine(List.of(own)));
      goesOn(stream.loading().replaceFirst("^\\S+", inNewer), newer.environment());
    }
  }

  /** Sabotage that fails it: a bitmap in the other byte order. */
  @Test
  void aNewerStockQemuGoesOnFromMappedRamAndFromAStream() throws Exception {
    Qemu10 newer = TestGuests.qemu10();
    try (BareMetal guest =
        start(newer.commandLine(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES)))) {
      Node running = guest.take();
      BareMetal.Expected paused = guest.takeWithCopy();
      export(guest.session(), running, Form.RAW, "running.raw");
      goesOn(
          export(guest.session(), running, Form.MAPPED_RAM, "running").loading(),
          newer.environment());
      standsStill(
          export(guest.session(), paused.node(), Form.MAPPED_RAM, "paused").loading(),
          paused,
          newer.environment());
      goesOn(
          export(guest.session(), running, Form.STREAM, "stream").loading(), newer.environment());
    }
  }

  private void goesOn(String line, Map<String, String> environment) throws Exception {
    int counter = bytes("running.raw").getInt(counterAddress);
    try (StockQemu qemu = new StockQemu(line, folder, environment)) {
      int first = Integer.parseInt(qemu.await("counter (\\d+)\r").group(1));
      assertThat(first).isBetween(counter, counter + 1);
      qemu.type("s");
      assertThat(qemu.await("s sweep \\d+ page \\d+ damaged (\\d+)").group(1)).isEqualTo("0");
    }
  }

  private void standsStill(String line, BareMetal.Expected expected, Map<String, String> env)
      throws Exception {
    try (StockQemu qemu = new StockQemu(line, folder, env)) {
      qemu.awaitStatus("paused");
      assertThat(qemu.ram(RAM_BYTES).mismatch(expected.ram())).isEqualTo(-1);
      qemu.resume();
      qemu.await("counter \\d+\r");
    }
  }

  /** Sabotage that fails it: registers in another order, RAM a page further. */
  @Test
  void anElfCoreIsWhatQemuItselfDumpsAndGdbReadsIt() throws Exception {
    try (BareMetal guest = start(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES))) {
      guest.live().pause();
      ByteBuffer ram = guest.ramNow();
      Node node = guest.take();
      dump(guest.live(), "qemu.elf");
      export(guest.session(), node, Form.ELF, "our.elf");
      assertSameCore(ram);
      assertThat(gdb("our.elf"))
          .isEqualTo(gdb("qemu.elf"))
          .contains("0x%x:\t0x%08x".formatted(counterAddress, counter(ram)));

      export(guest.session(), node, Form.DEVICE_STATE, "state.json");
      JsonNode state = new ObjectMapper().readTree(folder.resolve("state.json").toFile());
      long eip = find(state.path("state"), "cpu[0]/env.eip").path("value").asLong();
      assertThat(guest.live().machine().qmp().humanMonitor("info registers"))
          .contains("EIP=%08x".formatted(eip));
    }
  }

  @Test
  void anElfCoreOfLinuxOnTwoProcessorsIsWhatQemuItselfDumps() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.demoCommandLine(BareMetal.MEGABYTES * 2));
    line.addAll(List.of("-smp", "2"));
    try (Session session =
            Session.create(folder.resolve("session"), CommandLine.of(line).accept());
        LiveGuest live = LiveGuest.start(session)) {
      new ConsoleTail(live.console()).await("demo# ");
      live.pause();
      Node node = live.snapshot("", Node.Origin.PERSON).get();
      dump(live, "qemu.elf");
      export(session, node, Form.ELF, "our.elf");
      ElfFile theirs = new ElfFile(folder.resolve("qemu.elf"));
      ElfFile ours = new ElfFile(folder.resolve("our.elf"));
      assertThat(ours.kind()).isEqualTo(theirs.kind());
      assertThat(ours.content(ours.programs(ElfFile.NOTE).get(0)))
          .isEqualTo(theirs.content(theirs.programs(ElfFile.NOTE).get(0)));
      ElfFile.Program mine = last(ours);
      ElfFile.Program others = last(theirs);
      long end = mine.physical() + mine.fileBytes();
      assertThat(end).isEqualTo(others.physical() + others.fileBytes());
      int tail = (int) Math.min(mine.fileBytes(), others.fileBytes());
      assertThat(
              ours.content(mine)
                  .slice((int) mine.fileBytes() - tail, tail)
                  .mismatch(theirs.content(others).slice((int) others.fileBytes() - tail, tail)))
          .isEqualTo(-1);
      live.abandon();
    }
  }

  private static ElfFile.Program last(ElfFile core) {
    List<ElfFile.Program> runs =
        core.programs(ElfFile.LOAD).stream().filter(run -> !run.isRom()).toList();
    return runs.get(runs.size() - 1);
  }

  /** A PC's memory goes on at 4 GiB above the hole for its devices. */
  @Test
  void memoryAboveTheHoleHasItsAddressInTheCore() throws Exception {
    try (BareMetal guest = start(TestGuests.bareMetalCommandLine(4096))) {
      Node node = guest.take();
      export(guest.session(), node, Form.ELF, "our.elf");
      export(guest.session(), node, Form.RAW, "raw");
      ElfFile core = new ElfFile(folder.resolve("our.elf"));
      List<ElfFile.Program> runs = core.programs(ElfFile.LOAD);
      assertThat(runs)
          .extracting(ElfFile.Program::physical)
          .containsExactly(0L, 0xc0000L, 1L << 32);
      assertThat(last(core).offset() - runs.get(0).offset()).isEqualTo(3L << 30);
      assertThat(Files.size(folder.resolve("raw"))).isEqualTo(4L << 30);
    }
  }

  private void dump(LiveGuest live, String name) throws Exception {
    live.machine()
        .qmp()
        .execute(
            "dump-guest-memory",
            Map.of("paging", false, "protocol", "file:" + folder.resolve(name)));
  }

  private void assertSameCore(ByteBuffer ram) throws Exception {
    ElfFile ours = new ElfFile(folder.resolve("our.elf"));
    ElfFile theirs = new ElfFile(folder.resolve("qemu.elf"));
    // QEMU takes the wide form for its ROM below 4 GiB; what gdb reads is in the narrow one.
    assertThat(ours.kind()).isEqualTo(List.of(4, 3, 1));
    assertThat(ours.content(ours.programs(ElfFile.NOTE).get(0)))
        .isEqualTo(theirs.content(theirs.programs(ElfFile.NOTE).get(0)));
    long bytes = 0;
    for (ElfFile.Program run : ours.programs(ElfFile.LOAD)) {
      bytes += run.fileBytes();
      assertThat(ours.content(run).mismatch(ram.slice((int) run.physical(), (int) run.fileBytes())))
          .as("%s", run)
          .isEqualTo(-1);
    }
    assertThat(bytes).isEqualTo(RAM_BYTES - 0x20000);
  }

  private String gdb(String core) throws Exception {
    Process gdb =
        new ProcessBuilder(
                "gdb",
                "-nx",
                "-batch",
                "-ex",
                "target core " + folder.resolve(core),
                "-ex",
                "info registers",
                "-ex",
                "x/wx " + counterAddress)
            .redirectErrorStream(true)
            .start();
    gdb.getOutputStream().close();
    String said = new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(gdb.waitFor()).as(said).isZero();
    return said.replace(core, "core");
  }

  private int counter(ByteBuffer ram) {
    return ram.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(counterAddress);
  }

  private static JsonNode find(JsonNode nodes, String path) {
    for (JsonNode node : nodes) {
      if (node.path("path").asText().equals(path)) {
        return node;
      }
      JsonNode below = find(node.path("children"), path);
      if (!below.isMissingNode()) {
        return below;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  @Test
  void whatCannotBeWrittenIsSaidAndLeavesNothingBehind() throws Exception {
    try (BareMetal guest = start(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES))) {
      Node node = guest.take();
      Path there = Files.writeString(folder.resolve("there"), "mine");
      assertThatThrownBy(() -> export(guest.session(), node, Form.RAW, "there"))
          .isInstanceOf(SnapshotException.class)
          .hasMessage(
              "Could not export to " + there + ": it is there already. Choose another name.");
      assertThat(there).hasContent("mine");
      assertThatThrownBy(() -> export(guest.session(), node, Form.STREAM, "no/such"))
          .hasMessage(
              "Could not write the export ("
                  + folder.resolve("no/such")
                  + "): it does not exist. Check the path.");
      assertThatThrownBy(
              () ->
                  new NodeExport(guest.session(), node.id())
                      .write(
                          Form.STREAM,
                          folder.resolve("half"),
                          (page, pageCount) -> {
                            throw new InterruptedIOException("it was called off");
                          }))
          .hasMessageContaining("it was called off");
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("session", "there");
      }
    }
  }
}
