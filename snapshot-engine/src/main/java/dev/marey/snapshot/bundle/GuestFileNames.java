package dev.marey.snapshot.bundle;

import dev.marey.machine.GuestDefinition;
import dev.marey.snapshot.bundle.Manifest.CarriedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that a guest's arguments name, and what they are called in a bundle: kernel, initrd,
 * firmware, disks that are only read. Immutable.
 */
final class GuestFileNames {

  private static final int LONGEST = 80;

  /** Images that may name others, which QEMU would then open: their first bytes. */
  private static final List<String> LAYERED =
      List.of("QFI\u00fb", "QED\0", "KDMV", "COWD", "# Disk De", "vhdxfile", "conectix");

  private static final int MAGIC_BYTES = 16;

  private final Map<Path, String> names = new LinkedHashMap<>();

  GuestFileNames(GuestDefinition guest) {
    List<String> texts = new ArrayList<>(List.of(guest.machineOptions()));
    String before = "";
    for (String argument : guest.arguments()) {
      if (!before.equals("-append")) {
        texts.add(argument);
      }
      before = argument;
    }
    for (String text : texts) {
      add(text);
      for (String piece : text.split("[,=: \"]", -1)) {
        add(piece);
      }
    }
  }

  private void add(String text) {
    if (text.startsWith("/") && text.indexOf('\0') < 0 && Files.isRegularFile(Path.of(text))) {
      Path path = Path.of(text);
      String plain = String.valueOf(path.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
      names.putIfAbsent(
          path, names.size() + "-" + plain.substring(Math.max(0, plain.length() - LONGEST)));
    }
  }

  List<Path> paths() {
    return List.copyOf(names.keySet());
  }

  /** One of {@link #paths}, with its length now. */
  CarriedFile file(Path path) throws IOException {
    return new CarriedFile(names.getOrDefault(path, ""), Files.size(path));
  }

  /** An argument that names them as they will be. */
  String carried(String argument) {
    String text = argument;
    for (Path path :
        names.keySet().stream()
            .sorted(Comparator.comparing((Path named) -> -named.toString().length()))
            .toList()) {
      text =
          Pattern.compile("(?<![^,=: \"])" + Pattern.quote(path.toString()) + "(?![^,=: \"])")
              .matcher(text)
              .replaceAll(Matcher.quoteReplacement(Manifest.FOLDER + "/" + names.get(path)));
    }
    return text;
  }

  /** Whether a file is an image that may stand on others. */
  static boolean isLayered(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(MAGIC_BYTES), StandardCharsets.ISO_8859_1);
      return LAYERED.stream().anyMatch(start::startsWith);
    }
  }
}
