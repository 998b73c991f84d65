package dev.marey.workbench.cli;

import dev.marey.machine.options.OptionTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Arguments taken apart: Marey's own, and the QEMU command line behind {@code --}. The QEMU line
 * ends with the arguments, at a second {@code --}, or at an option only Marey has.
 *
 * @param own Marey's arguments
 * @param qemu the words of the QEMU line; empty if there was no {@code --}
 */
record QemuWords(List<String> own, Optional<List<String>> qemu) {

  private static final Set<String> MAREYS =
      Set.of(
          "--",
          "--headless",
          "--demo",
          "--every",
          "--count",
          "--expect",
          "--type",
          "--label",
          "--timeout",
          "--json");

  /** Endings of disk images, and addresses such as {@code nbd:localhost:10809}. */
  private static final Pattern IMAGE =
      Pattern.compile("(?i)\\.(img|qcow2?|iso|raw|vmdk|vdi|vhdx?)$|^[a-z]+:");

  /**
   * A QEMU line without the session's folder that stood last in it.
   *
   * @param session that folder
   * @param words the line
   */
  record WithSession(String session, List<String> words) {}

  static QemuWords split(List<String> arguments) {
    int start = arguments.indexOf("--");
    if (start < 0) {
      return new QemuWords(List.copyOf(arguments), Optional.empty());
    }
    int end = start + 1;
    while (end < arguments.size() && !MAREYS.contains(optionName(arguments.get(end)))) {
      end += takesValue(arguments.get(end)) ? 2 : 1;
    }
    end = Math.min(end, arguments.size());
    List<String> own = new ArrayList<>(arguments.subList(0, start));
    List<String> rest = arguments.subList(end, arguments.size());
    own.addAll(!rest.isEmpty() && rest.get(0).equals("--") ? rest.subList(1, rest.size()) : rest);
    return new QemuWords(
        List.copyOf(own), Optional.of(List.copyOf(arguments.subList(start + 1, end))));
  }

  private static String optionName(String word) {
    return word.startsWith("--") && word.contains("=")
        ? word.substring(0, word.indexOf('='))
        : word;
  }

  private static boolean takesValue(String word) {
    return word.startsWith("-")
        && OptionTable.find(word.replaceFirst("^--?", ""))
            .filter(option -> option.takesValue())
            .isPresent();
  }

  /**
   * Takes a last word that belongs to no option for the session, as in {@code marey run -- qemu…
   * SESSION}. A word that names a file or a device, or looks like an image, is a disk for QEMU and
   * stays.
   */
  static Optional<WithSession> sessionAtEnd(List<String> words, Path workingFolder) {
    int at = 1;
    int lastStart = 0;
    while (at < words.size()) {
      lastStart = at;
      at += takesValue(words.get(at)) ? 2 : 1;
    }
    if (lastStart == 0 || lastStart != words.size() - 1 || words.get(lastStart).startsWith("-")) {
      return Optional.empty();
    }
    String last = words.get(lastStart);
    Path path = workingFolder.resolve(last);
    boolean disk = (Files.exists(path) && !Files.isDirectory(path)) || IMAGE.matcher(last).find();
    return disk
        ? Optional.empty()
        : Optional.of(new WithSession(last, List.copyOf(words.subList(0, lastStart))));
  }
}
