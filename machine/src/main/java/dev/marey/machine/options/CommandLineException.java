package dev.marey.machine.options;

import dev.marey.machine.MachineException;
import java.util.List;
import java.util.stream.Collectors;

/** A command line that cannot be captured and reverted, or names what is not there. */
public final class CommandLineException extends MachineException {

  private static final long serialVersionUID = 1;

  private final transient List<CommandLineProblem> problems;

  CommandLineException(List<CommandLineProblem> problems) {
    super(
        problems.stream()
            .map(CommandLineProblem::describe)
            .collect(
                Collectors.joining(
                    "\n", "This command line cannot be used in Marey as it is:\n", "")));
    this.problems = List.copyOf(problems);
  }

  public List<CommandLineProblem> problems() {
    return List.copyOf(problems);
  }
}
