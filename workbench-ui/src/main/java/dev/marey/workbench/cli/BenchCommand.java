package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.workbench.bench.Bench;
import dev.marey.workbench.bench.BenchPlan;
import dev.marey.workbench.bench.BenchStoppedException;
import dev.marey.workbench.bench.Narration;
import dev.marey.workbench.bench.Part;
import dev.marey.workbench.bench.Report;
import dev.marey.workbench.bench.ReportText;
import dev.marey.workbench.bench.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures the engine, and a stock QEMU and the kernel beside it.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "bench",
    description = "Measure pauses, reverts and sizes on this machine, beside a stock QEMU's.",
    customSynopsis =
        "marey bench [--quick] [--only NAME,…] [--markdown FILE] [--folder DIR] [--json [FILE]]",
    footer = {
      "",
      "With --json the figures are written to FILE, or printed instead of the table.",
      "Names for --only: pause, background, savevm, revert, reopen, progress, ram, fault, diff.",
      "Takes about an hour, with --quick some ten minutes. Figures are worth something on a machine"
          + " that does nothing else."
    })
final class BenchCommand implements Callable<Integer> {

  private static final long NARRATION_NANOS = 5_000_000_000L;
  private static final long FULL_MEBIBYTES = 14_000;
  private static final long QUICK_MEBIBYTES = 6_000;

  private final Terminal terminal;

  @Option(names = "--quick", description = "30 snapshots instead of 200, and less of the rest")
  boolean quick;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "only these measurements, and ratios of what they give")
  List<Part> only = List.of();

  @Option(
      names = "--snapshots",
      paramLabel = "N",
      description = "another number of snapshots, 1 to 100000")
  Optional<Integer> snapshots = Optional.empty();

  @Option(
      names = "--trial",
      hidden = true,
      description = "see whether it all works; the figures mean nothing")
  boolean trial;

  @Option(names = "--markdown", paramLabel = "FILE", description = "also the table as Markdown")
  Optional<String> markdown = Optional.empty();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "where sessions and streams are written meanwhile; default Marey's cache")
  Optional<String> folder = Optional.empty();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "where --json writes")
  Optional<String> file = Optional.empty();

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserErrorException, MachineException, InterruptedByPersonException {
    if (file.isPresent() && !terminal.json()) {
      throw new WrongUsageException(
          "'" + file.get() + "' is one argument too many. To write figures there: --json FILE.");
    }
    BenchPlan plan = plan();
    Preconditions.liveSnapshots();
    Path scratch = scratch();
    try {
      Report report = new Bench(plan, scratch, stop(), narration()).run(parts());
      print(report);
      return report.failures().isEmpty() ? CommandLineTool.SUCCESS : CommandLineTool.FAILURE;
    } catch (BenchStoppedException e) {
      terminal.tell("Interrupted; nothing was kept.");
      throw new InterruptedByPersonException();
    } catch (IOException e) {
      throw new UserErrorException(
          "The benchmark failed: " + e + ". Look whether " + scratch + " has room.");
    } finally {
      remove(scratch);
    }
  }

  private BenchPlan plan() throws UserErrorException {
    BenchPlan plan = trial ? BenchPlan.TRIAL : quick ? BenchPlan.QUICK : BenchPlan.FULL;
    if (snapshots.isEmpty()) {
      return plan;
    }
    int count = snapshots.get();
    if (count < 1 || count > 100_000) {
      throw new UserErrorException(
          "--snapshots " + count + " cannot be done. Give a number from 1 to 100000.");
    }
    return plan.withSnapshots(count);
  }

  private Set<Part> parts() {
    return only.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
  }

  private Path scratch() throws UserErrorException {
    Path parent =
        folder
            .map(name -> terminal.workingFolder().resolve(name))
            .orElseGet(() -> terminal.folders().cache());
    try {
      Path made = Files.createTempDirectory(Files.createDirectories(parent), "bench-");
      long free = Files.getFileStore(made).getUsableSpace() >> 20;
      long needed = trial ? 0 : quick ? QUICK_MEBIBYTES : FULL_MEBIBYTES;
      if (free < needed) {
        Files.delete(made);
        throw new UserErrorException(
            "The benchmark needs "
                + needed
                + " MiB in "
                + parent
                + " for a while, and "
                + free
                + " are free. Free some, or name another folder with --folder.");
      }
      return made;
    } catch (IOException e) {
      throw new UserErrorException(
          "A folder for the benchmark could not be made in "
              + parent
              + ": "
              + e
              + ". Name another with --folder.");
    }
  }

  private void remove(Path scratch) {
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      terminal.tell("What the benchmark wrote stays in " + scratch + ": " + e);
    }
  }

  private StopRequest stop() {
    return time -> {
      try {
        terminal.interruption().sleep(time);
      } catch (InterruptedByPersonException e) {
        throw new BenchStoppedException();
      }
    };
  }

  private Narration narration() {
    return new Narration() {
      private long told = System.nanoTime();

      @Override
      public void begins(String what, int number, int total) {
        terminal.tell("[" + number + "/" + total + "] " + what);
        told = System.nanoTime();
      }

      @Override
      public void failed(String why) {
        terminal.tell("marey: " + why);
      }

      @Override
      public void done(String what, int steps, int total) {
        if (System.nanoTime() - told >= NARRATION_NANOS) {
          terminal.tell("      " + steps + " of " + total);
          told = System.nanoTime();
        }
      }
    };
  }

  private void print(Report report) throws UserErrorException, IOException {
    if (markdown.isPresent()) {
      write(markdown.get(), ReportText.markdown(report));
    }
    if (file.isPresent()) {
      write(file.get(), report.json().toPrettyString() + "\n");
    } else if (terminal.json()) {
      terminal.print(report.json());
      return;
    }
    List<String> titles = ReportText.titles();
    TextTable table =
        new TextTable()
            .left(titles.get(0))
            .left(titles.get(1))
            .right(titles.get(2))
            .right(titles.get(3))
            .right(titles.get(4));
    ReportText.rows(report).forEach(row -> table.row(row.toArray(String[]::new)));
    table.lines().forEach(terminal::print);
    printMusts(report);
    ReportText.notes(report).forEach(terminal::print);
  }

  private void printMusts(Report report) {
    if (ReportText.musts(report).isEmpty()) {
      return;
    }
    List<String> titles = ReportText.mustTitles();
    TextTable table =
        new TextTable()
            .left(titles.get(0))
            .right(titles.get(1))
            .left(titles.get(2))
            .left(titles.get(3));
    ReportText.musts(report).forEach(row -> table.row(row.toArray(String[]::new)));
    terminal.print("");
    table.lines().forEach(terminal::print);
    terminal.print("");
  }

  private void write(String name, String text) throws UserErrorException {
    Path path = terminal.workingFolder().resolve(name);
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UserErrorException(
          "The figures could not be written to " + path + ": " + e + ". Choose another file.");
    }
  }
}
