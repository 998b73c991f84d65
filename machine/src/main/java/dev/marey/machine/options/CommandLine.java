package dev.marey.machine.options;

import dev.marey.machine.GuestDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A person's QEMU command line, judged option by option as {@link OptionTable} says. Looks at the
 * file system (are the files there?) but starts nothing. Immutable.
 */
public final class CommandLine {

  private static final String NO_GRAPHICS_MACHINE = "microvm";

  private final List<CommandLineProblem> problems;
  private final Optional<GuestDefinition> guest;

  private CommandLine(List<CommandLineProblem> problems, Optional<GuestDefinition> guest) {
    this.problems =
        problems.stream().sorted(Comparator.comparingInt(CommandLineProblem::startChar)).toList();
    this.guest = problems.isEmpty() ? guest : Optional.empty();
  }

  /** Reads text as a shell would, relative paths being in this process's working directory. */
  public static CommandLine parse(String shellText) {
    return parse(shellText, System.getenv(), Path.of("").toAbsolutePath());
  }

  /** The same with an environment and a working directory of the caller's. */
  public static CommandLine parse(
      String shellText, Map<String, String> environment, Path workingDirectory) {
    ShellWords split = new ShellWords(shellText, environment);
    return judge(split.words(), split.problems(), workingDirectory);
  }

  /**
   * Takes words that are split already; problems count characters in the words joined by spaces.
   */
  public static CommandLine of(List<String> words) {
    return of(words, Path.of("").toAbsolutePath());
  }

  /** The same with a working directory of the caller's. */
  public static CommandLine of(List<String> words, Path workingDirectory) {
    List<Word> placed = new ArrayList<>();
    int at = 0;
    for (String word : words) {
      placed.add(new Word(word, at, at + word.length()));
      at += word.length() + 1;
    }
    return judge(List.copyOf(placed), List.of(), workingDirectory);
  }

  /** What keeps this line from being used, in the order of the text; empty when it can be used. */
  public List<CommandLineProblem> problems() {
    return problems;
  }

  /** The guest of this line; empty when there are problems. */
  public Optional<GuestDefinition> guest() {
    return guest;
  }

  /**
   * Makes the guest of this line.
   *
   * @throws CommandLineException listing every problem
   */
  public GuestDefinition accept() throws CommandLineException {
    return guest.orElseThrow(() -> new CommandLineException(problems));
  }

  private static CommandLine judge(
      List<Word> words, List<CommandLineProblem> shellProblems, Path workingDirectory) {
    GuestDraft draft = new GuestDraft(workingDirectory);
    draft.problems.addAll(shellProblems);
    if (words.isEmpty()) {
      if (shellProblems.isEmpty()) {
        draft.problems.add(
            new CommandLineProblem(
                0, 0, "qemu-system-x86_64", "the line is empty.", "Write a QEMU command line."));
      }
      return new CommandLine(draft.problems, Optional.empty());
    }
    Optional<Path> program = ProgramJudge.judge(words, draft, workingDirectory);
    if (program.isEmpty()) {
      // the words behind it may not be QEMU's at all
      return new CommandLine(draft.problems, Optional.empty());
    }
    List<GivenOption> options = options(words, draft);
    OptionJudge judge = new OptionJudge(draft, options);
    options.forEach(judge::judge);
    judge.finish();
    boolean console = draft.characters.finish(draft);
    draft.arguments.addAll(List.of("-rtc", draft.clock.toText("")));
    draft.arguments.addAll(List.of("-accel", draft.machine.accelerator()));
    return new CommandLine(
        draft.problems, program.map(path -> define(path, words, draft, console)));
  }

  private static GuestDefinition define(
      Path program, List<Word> words, GuestDraft draft, boolean console) {
    boolean defaultScreen = draft.defaults && !draft.machine.type().equals(NO_GRAPHICS_MACHINE);
    boolean card =
        draft.displayDevice || draft.vga.map(type -> !type.equals("none")).orElse(defaultScreen);
    return new GuestDefinition(
        program,
        words.stream().map(Word::text).toList(),
        draft.machine.type(),
        draft.machine.options(),
        draft.machine.ramBytes(),
        draft.arguments,
        console,
        draft.screenWanted && card,
        draft.startPaused,
        draft.portForwards,
        draft.gdb,
        draft.disks,
        draft.notices);
  }

  /** What QEMU takes a word for that is no option; a problem if it can't be one. */
  private static Optional<GivenOption> firstHardDisk(Word word, GuestDraft draft) {
    if (word.text().contains(":") || draft.exists(word.text())) {
      return Optional.of(new GivenOption("hda", word.text(), word.startChar(), word.endChar()));
    }
    draft.problems.add(
        new CommandLineProblem(
            word.startChar(),
            word.endChar(),
            word.text(),
            "this is no option, so QEMU takes it for a hard disk, and there is no file "
                + draft.absolute(word.text())
                + ".",
            "Check its spelling."));
    return Optional.empty();
  }

  /** Pairs options with their values; what QEMU does not know becomes a problem. */
  private static List<GivenOption> options(List<Word> words, GuestDraft draft) {
    List<GivenOption> options = new ArrayList<>();
    for (int at = 1; at < words.size(); at++) {
      Word word = words.get(at);
      String name = word.text().replaceFirst("^--?", "");
      GivenOption bare = new GivenOption(name, "", word.startChar(), word.endChar());
      if (!word.text().startsWith("-") || word.text().equals("-")) {
        firstHardDisk(word, draft).ifPresent(options::add);
        continue;
      }
      Optional<QemuOption> rule = OptionTable.find(name);
      if (rule.isEmpty()) {
        draft.refuse(
            bare,
            "it is no option of qemu-system-x86_64 7.2 to 10.0 that Marey knows.",
            "Check its spelling, or remove it.");
      } else if (!rule.get().takesValue()) {
        options.add(bare);
      } else if (at + 1 == words.size()) {
        draft.refuse(bare, "its value is missing.", "Write it behind the option.");
      } else {
        Word value = words.get(++at);
        options.add(new GivenOption(name, value.text(), word.startChar(), value.endChar()));
      }
    }
    return options;
  }
}
