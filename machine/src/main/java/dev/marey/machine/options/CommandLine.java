package dev.marey.machine.options;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.MachineException;
import dev.marey.machine.QemuBinary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A person's QEMU command line, judged option by option. */
public final class CommandLine {

  private final List<Word> words;
  private final List<CommandLineProblem> problems;
  private final Path workingDirectory;

  private CommandLine(List<Word> words, List<CommandLineProblem> problems, Path workingDirectory) {
    this.words = words;
    this.problems = problems;
    this.workingDirectory = workingDirectory;
  }

  /** Reads text as a shell would, relative paths being in this process's working directory. */
  public static CommandLine parse(String shellText) {
    ShellWords split = new ShellWords(shellText, System.getenv());
    return new CommandLine(split.words(), split.problems(), Path.of("").toAbsolutePath());
  }

  /**
   * Takes words that are split already; problems count characters in the words joined by spaces.
   */
  public static CommandLine of(List<String> words) {
    List<Word> placed = new ArrayList<>();
    int at = 0;
    for (String word : words) {
      placed.add(new Word(word, at, at + word.length()));
      at += word.length() + 1;
    }
    return new CommandLine(List.copyOf(placed), List.of(), Path.of("").toAbsolutePath());
  }

  /** What keeps this line from being used; empty when it can be. */
  public List<CommandLineProblem> problems() {
    return problems;
  }

  /**
   * Makes the guest of this line.
   *
   * @throws CommandLineException listing every problem
   */
  public GuestDefinition accept() throws MachineException {
    if (!problems.isEmpty() || words.isEmpty()) {
      throw new CommandLineException(problems);
    }
    List<String> kept = new ArrayList<>();
    String machineType = "";
    String machineOptions = "";
    long ramBytes = RamSize.DEFAULT_BYTES;
    boolean screen = true;
    boolean paused = false;
    boolean defaults = true;
    boolean serial = false;
    for (int at = 1; at < words.size(); at++) {
      String option = words.get(at).text();
      String value = at + 1 < words.size() ? words.get(at + 1).text() : "";
      switch (option) {
        case "-m" -> {
          ramBytes = RamSize.parse(value.replace("size=", "")).orElse(RamSize.DEFAULT_BYTES);
          at++;
        }
        case "-M", "-machine" -> {
          machineType = value.split(",", 2)[0].replace("type=", "");
          machineOptions = value.contains(",") ? value.split(",", 2)[1] : "";
          at++;
        }
        case "-S" -> paused = true;
        case "-nographic" -> screen = false;
        case "-nodefaults" -> {
          defaults = false;
          kept.add(option);
        }
        case "-display" -> {
          screen = !value.equals("none");
          at++;
        }
        case "-monitor", "-accel" -> at++;
        case "-serial" -> {
          serial = true;
          at++;
        }
        default -> kept.add(option);
      }
    }
    boolean console = serial || defaults;
    if (console) {
      kept.addAll(
          List.of(
              "-chardev",
              "socket,id=marey.console,path=" + GuestDefinition.CONSOLE_SOCKET,
              "-serial",
              "chardev:marey.console"));
    }
    kept.addAll(List.of("-rtc", "clock=vm"));
    return new GuestDefinition(
        QemuBinary.find(words.get(0).text(), workingDirectory),
        words.stream().map(Word::text).toList(),
        machineType,
        machineOptions,
        ramBytes,
        kept,
        console,
        screen,
        paused,
        List.of(),
        Optional.empty(),
        List.of());
  }
}
