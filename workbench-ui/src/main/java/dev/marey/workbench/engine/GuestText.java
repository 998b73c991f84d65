package dev.marey.workbench.engine;

import dev.marey.machine.GuestDefinition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Collectors;

/** A guest in a few words, and a name for what is remembered of it. */
final class GuestText {

  private static final int LONGEST = 60;

  private GuestText() {}

  /** {@code demo guest}, or how its command line begins. */
  static String of(GuestDefinition guest) {
    if (guest.words().stream().anyMatch(word -> word.endsWith("/demo/vmlinuz"))) {
      return "demo guest";
    }
    String line = guest.words().stream().map(GuestText::shortened).collect(Collectors.joining(" "));
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }

  /** A file by its name alone. */
  private static String shortened(String word) {
    return word.startsWith("/") ? String.valueOf(Path.of(word).getFileName()) : word;
  }

  /** The same for guests with the same command line. */
  static String key(GuestDefinition guest) {
    byte[] words = String.join("\0", guest.words()).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(words).toString();
  }
}
