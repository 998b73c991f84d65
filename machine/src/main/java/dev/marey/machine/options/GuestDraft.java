package dev.marey.machine.options;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.PortForward;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A guest definition while its line is read: judges of options add to it.
 *
 * <p>Threading: one thread, the reader of the line.
 */
final class GuestDraft {

  private final Path workingDirectory;
  final List<String> arguments = new ArrayList<>();
  final List<CommandLineProblem> problems = new ArrayList<>();
  final List<String> notices = new ArrayList<>();
  final List<DiskDefinition> disks = new ArrayList<>();
  final List<PortForward> portForwards = new ArrayList<>();
  final MachineDraft machine = new MachineDraft();
  final CharacterDraft characters = new CharacterDraft();
  Optional<String> gdb = Optional.empty();
  boolean defaults = true;
  boolean startPaused;
  boolean screenWanted = true;
  boolean displayDevice;
  Optional<String> vga = Optional.empty();
  PropertyList clock = PropertyList.parse("clock=vm", "");
  int networks;

  GuestDraft(Path workingDirectory) {
    this.workingDirectory = workingDirectory;
  }

  void keep(GivenOption option) {
    arguments.add(option.dashed());
    if (OptionTable.find(option.name()).orElseThrow().takesValue()) {
      arguments.add(option.value());
    }
  }

  void keep(GivenOption option, String changedValue) {
    arguments.add(option.dashed());
    arguments.add(changedValue);
  }

  /** Keeps an option whose properties were changed, as it was given if none was. */
  void keep(GivenOption option, PropertyList given, PropertyList changed, String impliedKey) {
    if (given.all().equals(changed.all())) {
      keep(option);
    } else {
      keep(option, changed.toText(impliedKey));
    }
  }

  void refuse(GivenOption option, String what, String remedy) {
    CommandLineProblem problem =
        new CommandLineProblem(option.startChar(), option.endChar(), option.whole(), what, remedy);
    // several disks may need the same option
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  void notice(GivenOption option, String what) {
    notices.add(option.whole() + ": " + what);
  }

  /** The file's absolute path; a problem is added when nobody can read it. */
  String file(GivenOption option, String name) {
    Path path = workingDirectory.resolve(name).normalize();
    if (!Files.exists(path)) {
      refuse(option, "there is no file " + path + ".", "Check the name.");
    } else if (!Files.isReadable(path)) {
      refuse(
          option,
          path + " may not be read.",
          "Change its permissions or start Marey as its owner.");
    }
    return path.toString();
  }

  /** The same for a name QEMU looks for in its own folders too, which is left as it is. */
  String searchedFile(GivenOption option, String name) {
    if (exists(name)) {
      return absolute(name);
    }
    return name.contains("/") ? file(option, name) : name;
  }

  boolean exists(String name) {
    return Files.exists(workingDirectory.resolve(name));
  }

  /** The path, absolute, whether there is something or not. */
  String absolute(String name) {
    return workingDirectory.resolve(name).normalize().toString();
  }
}
