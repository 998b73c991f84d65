package dev.marey.machine.options;

import dev.marey.machine.MachineException;
import dev.marey.machine.QemuBinary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Judges the first word of a line: it must be QEMU itself. */
final class ProgramJudge {

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private ProgramJudge() {}

  /** The program's path, or nothing and a problem. */
  static Optional<Path> judge(List<Word> words, GuestDraft draft, Path workingDirectory) {
    Word first = words.get(0);
    GivenOption program = new GivenOption(first.text(), "", first.startChar(), first.endChar());
    String name = baseName(first.text());
    boolean anotherStartsIt =
        !name.startsWith("qemu-system-")
            && words.stream()
                .skip(1)
                .anyMatch(word -> baseName(word.text()).startsWith("qemu-system-"));
    if (anotherStartsIt || first.text().matches("[A-Za-z_][A-Za-z0-9_]*=.*")) {
      return refuse(
          draft,
          program,
          "it starts QEMU for somebody else; Marey has to start it itself.",
          "Begin the line with qemu-system-x86_64.");
    }
    if (name.startsWith("qemu-system-") && !name.equals("qemu-system-x86_64")) {
      return refuse(
          draft,
          program,
          "Marey reads x86-64 guests only.",
          "Use qemu-system-x86_64, which runs 32-bit guests too.");
    }
    try {
      Path path = QemuBinary.find(first.text(), workingDirectory);
      if (!isElf(path)) {
        return refuse(
            draft,
            program,
            path + " is a script; Marey's part inside QEMU would land in the script's shell.",
            "Begin the line with the qemu-system-x86_64 it starts, and its options.");
      }
      if (!name.contains("qemu")) {
        return refuse(
            draft,
            program,
            path + " is not QEMU by its name.",
            "Begin the line with qemu-system-x86_64. If it is a QEMU, make a symbolic link to it"
                + " with qemu in its name.");
      }
      return Optional.of(path);
    } catch (MachineException | IOException e) {
      return refuse(draft, program, String.valueOf(e.getMessage()), "");
    }
  }

  private static Optional<Path> refuse(
      GuestDraft draft, GivenOption program, String what, String remedy) {
    draft.problems.add(
        new CommandLineProblem(
            program.startChar(), program.endChar(), program.name(), what, remedy));
    return Optional.empty();
  }

  private static String baseName(String word) {
    return word.substring(word.lastIndexOf('/') + 1);
  }

  private static boolean isElf(Path path) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return Arrays.equals(file.readNBytes(ELF.length), ELF);
    }
  }
}
