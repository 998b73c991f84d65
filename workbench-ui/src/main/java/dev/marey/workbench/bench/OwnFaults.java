package dev.marey.workbench.bench;

import dev.marey.machine.GuestRam;
import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.capture.Capture;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.capture.OwnedParts;
import dev.marey.snapshot.capture.Pace;
import dev.marey.snapshot.capture.Saver;
import dev.marey.snapshot.capture.UnstoredPages;
import dev.marey.snapshot.revert.AbsentPages;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.AgentConnection;
import dev.marey.uffd.AgentListener;
import dev.marey.uffd.ExpectedProcess;
import dev.marey.uffd.Feature;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The writer of the C program, served by our fault loop with windows of one page. Every page it
 * writes belongs to a capture, so it is copied first; nobody stores the copies meanwhile, as nobody
 * does in the C program.
 *
 * <p>Threading: the benchmark's.
 */
final class OwnFaults {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** As many as the writer writes in both orders, and room before the brake is pressed. */
  private static final int SLOTS = 49_152;

  private final Bench bench;

  OwnFaults(Bench bench) {
    this.bench = bench;
  }

  /** Microseconds per page written. */
  record Times(double random, double sequential) {}

  Times measure(int mebibytes)
      throws SnapshotException,
          MachineException,
          IOException,
          BenchException,
          BenchStoppedException {
    Path folder = Files.createDirectory(bench.fresh("floor"));
    try (OwnedParts parts = new OwnedParts()) {
      GuestRam ram = parts.own(GuestRam.create((long) mebibytes << 20));
      PageStore store = parts.own(PageStore.open(folder, UUID.randomUUID()));
      AgentListener agents = parts.own(AgentListener.open());
      ProcessBuilder builder =
          new ProcessBuilder(
              CarriedProgram.limits().toString(),
              "write",
              Integer.toString(mebibytes),
              ram.path().toString());
      builder.environment().putAll(agents.environment());
      Process writer = builder.start();
      parts.own(() -> writer.destroyForcibly().waitFor());
      return serve(parts, ram, store, writer, agents);
    } finally {
      Bench.remove(folder);
    }
  }

  private Times serve(
      OwnedParts parts, GuestRam ram, PageStore store, Process writer, AgentListener agents)
      throws SnapshotException, IOException, BenchException, BenchStoppedException {
    AgentConnection agent = parts.own(greeted(writer, agents));
    Userfaultfd uffd = parts.own(agent.userfaultfd(Feature.liveSnapshot()));
    BufferedReader output = writer.inputReader(StandardCharsets.UTF_8);
    long address = number(output.readLine(), 1);
    UnstoredPages unstored = new UnstoredPages();
    FaultLoop loop =
        new FaultLoop(
            uffd,
            ram,
            address,
            store,
            new AbsentPages(ram.pageCount()),
            relieved -> {},
            cause -> writer.destroyForcibly(),
            new FaultLoop.Limits(SLOTS, 1));
    Saver saver = Saver.start(loop, ram, store, unstored, Pace.AT_ONCE);
    parts.own(() -> loop.free(saver));
    loop.start();
    parts.own(loop);
    // Its threads must be gone before the loop ends.
    parts.own(() -> writer.destroyForcibly().waitFor());
    uffd.register(address, ram.lengthBytes(), EnumSet.of(RegisterMode.WRITE_PROTECT));
    saver.close();
    Capture unused =
        loop.beginEpoch(
            saver, unstored, CompletableFuture.completedFuture(PageMap.empty(ram.pageCount())));
    double random = perPage(writer, output, loop, "random");
    double sequential = perPage(writer, output, loop, "sequential");
    return new Times(random, sequential);
  }

  private AgentConnection greeted(Process writer, AgentListener agents)
      throws IOException, BenchStoppedException {
    try {
      return agents.await(PATIENCE, new ExpectedProcess(writer.pid(), CarriedProgram.limits()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchStoppedException();
    }
  }

  private static double perPage(Process writer, BufferedReader output, FaultLoop loop, String order)
      throws SnapshotException, IOException, BenchException {
    int before = loop.dirtyPages().cardinality();
    OutputStream orders = writer.getOutputStream();
    orders.write((order + "\n").getBytes(StandardCharsets.UTF_8));
    orders.flush();
    double nanos = number(output.readLine(), 0);
    return nanos / 1e3 / (loop.dirtyPages().cardinality() - before);
  }

  private static long number(@Nullable String line, int word) throws BenchException {
    if (line == null) {
      throw new BenchException("The writer whose faults were to be served has ended.");
    }
    return Long.parseLong(line.split(" ", -1)[word]);
  }
}
