package dev.marey.workbench.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Says whether this machine has all that Marey needs.
 *
 * <p>Threading: the command.
 */
@Command(
    name = "doctor",
    description = "Check that this machine has all Marey needs; say how to mend what it lacks.",
    customSynopsis = "marey doctor [--json]")
final class DoctorCommand implements Callable<Integer> {

  private final Terminal terminal;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Check> checks = new Doctor(terminal.folders(), System.getenv()).checks();
    boolean fine = checks.stream().allMatch(check -> check.ok() || !check.required());
    if (terminal.json()) {
      checks.forEach(check -> terminal.print(check.json()));
    } else {
      print(checks, fine);
    }
    return fine ? CommandLineTool.SUCCESS : CommandLineTool.FAILURE;
  }

  private void print(List<Check> checks, boolean fine) {
    TextTable table = new TextTable().left("").left("").left("");
    checks.forEach(check -> table.row(check.mark(), check.name(), firstLine(check.found())));
    List<String> lines = table.lines();
    for (int i = 0; i < checks.size(); i++) {
      terminal.print(lines.get(i));
      String more = rest(checks.get(i));
      more.lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> terminal.print("         " + line));
    }
    terminal.print(
        fine
            ? "Live snapshots can be taken here."
            : "Live snapshots cannot be taken here until what is MISSING is mended.");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String rest(Check check) {
    String found = check.found();
    int end = found.indexOf('\n');
    return (end < 0 ? "" : found.substring(end + 1) + "\n") + check.remedy();
  }
}
