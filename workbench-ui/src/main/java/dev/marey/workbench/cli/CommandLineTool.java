package dev.marey.workbench.cli;

import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.start.Beginning;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code marey}: takes its arguments apart, runs the subcommand, turns failures into
 * words and exit codes. 0 is success, 1 a failure, 2 wrong usage, 130 Ctrl+C.
 *
 * <p>Threading: one thread, one run.
 */
@Command(
    name = "marey",
    description = {
      "Takes live snapshots of a running QEMU guest, goes back to any of them, and shows what changed.",
      ""
    },
    synopsisHeading = "",
    customSynopsis = {
      "marey                  opens the workbench",
      "marey COMMAND …        see marey COMMAND --help",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footer = {"", "Exit code: 0 success, 1 failure, 2 wrong usage, 130 Ctrl+C."})
public final class CommandLineTool implements Callable<Integer> {

  static final int SUCCESS = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;

  private final Terminal terminal;

  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "results as one JSON object per line, for programs")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "show this help")
  boolean help;

  CommandLineTool(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs the command of this process, with its streams and signals; opens the window if that is
   * what was asked for.
   *
   * @return the exit code
   */
  public static int start(List<String> arguments, Folders folders, Desktop desktop) {
    if (arguments.contains("--json")) {
      System.setProperty("marey.log.stderr", "OFF"); // read by LogConfigurator
    }
    Interruption interruption = new Interruption();
    interruption.listen();
    Terminal terminal =
        new Terminal(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            System.in,
            folders,
            Path.of("").toAbsolutePath(),
            interruption,
            desktop);
    return run(terminal, arguments);
  }

  /** Runs one command on a terminal of the caller's. */
  static int run(Terminal terminal, List<String> arguments) {
    QemuWords words = QemuWords.split(arguments);
    CommandLineTool tool = new CommandLineTool(terminal);
    CommandLine line =
        new CommandLine(tool)
            .addSubcommand(new DoctorCommand(terminal))
            .addSubcommand(new RunCommand(terminal, words.qemu()))
            .addSubcommand(new OpenCommand(terminal))
            .addSubcommand(new RecordCommand(terminal, words.qemu()))
            .addSubcommand(new LogCommand(terminal))
            .addSubcommand(new MarkCommand(terminal))
            .addSubcommand(new DiffCommand(terminal))
            .addSubcommand(new VerifyCommand(terminal))
            .addSubcommand(new GcCommand(terminal))
            .addSubcommand(new RevertCommand(terminal))
            .addSubcommand(new ExportCommand(terminal))
            .addSubcommand(new ImportCommand(terminal, words.qemu()))
            .addSubcommand(new BundleCommand(terminal))
            .addSubcommand(new BenchCommand(terminal))
            .addSubcommand(new TourCommand(terminal));
    Complaints complaints = new Complaints(terminal);
    line.setOut(terminal.out())
        .setErr(terminal.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((e, args) -> complaints.usage(e))
        .setExecutionExceptionHandler((e, command, parsed) -> complaints.failure(e))
        .setExecutionStrategy(parsed -> tool.execute(parsed, words));
    return line.execute(words.own().toArray(String[]::new));
  }

  private int execute(ParseResult parsed, QemuWords words) {
    terminal.useJson(json);
    ParseResult sub = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    String name = sub.commandSpec().name();
    if (words.qemu().isPresent() && !List.of("run", "record", "import").contains(name)) {
      throw new ParameterException(
          sub.commandSpec().commandLine(),
          "marey " + name + " takes no QEMU command line (what stands behind --)");
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Without a command: the window, on its start page. */
  @Override
  public Integer call() throws UserErrorException {
    if (terminal.hasDisplay()) {
      terminal.openWindow(new Beginning.StartPage());
      return SUCCESS;
    }
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "No command was given, and there is no display for the window");
  }
}
