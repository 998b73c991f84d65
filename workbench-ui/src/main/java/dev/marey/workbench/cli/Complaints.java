package dev.marey.workbench.cli;

import dev.marey.machine.MachineException;
import dev.marey.snapshot.SnapshotException;
import dev.marey.uffd.NativeIoException;
import dev.marey.workbench.log.LogFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Failures in words. Stack traces go to the log file alone.
 *
 * <p>Threading: one thread.
 */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  private final Terminal terminal;

  Complaints(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Wrong arguments. */
  int usage(ParameterException e) {
    String message = words(e);
    terminal.tell("marey: " + message + (message.endsWith(".") ? "" : "."));
    if (e instanceof UnmatchedArgumentException unmatched) {
      UnmatchedArgumentException.printSuggestions(unmatched, terminal.err());
    }
    CommandLine command = e.getCommandLine();
    terminal.tell("See: " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLineTool.USAGE;
  }

  private static String words(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String first = unmatched.getUnmatched().get(0);
      return e.getCommandLine().getParent() == null
          ? "There is no command '" + first + "'"
          : "'" + first + "' is one argument too many";
    }
    return String.valueOf(e.getMessage());
  }

  /** A command that could not be done. */
  int failure(Exception e) {
    if (e instanceof InterruptedByPersonException) {
      return terminal.interruption().exitCode();
    }
    LOG.info("the command failed", e);
    if (e instanceof UserErrorException
        || e instanceof SnapshotException
        || e instanceof MachineException
        || e instanceof NativeIoException) {
      terminal.tell("marey: " + e.getMessage());
    } else {
      terminal.tell(
          "marey: something went wrong that should not have: "
              + e
              + "\nWhat led to it is in "
              + LogFile.path()
              + "; please report it.");
    }
    return e instanceof WrongUsageException ? CommandLineTool.USAGE : CommandLineTool.FAILURE;
  }
}
