package dev.marey.machine;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A disk that the guest writes. What it writes is Marey's, which captures it and takes it back; the
 * person's image is only read.
 *
 * @param name name of the export that QEMU reaches it by, such as {@code disk0}; also that of the
 *     block node in {@code reading}
 * @param option the option as the person wrote it, for messages
 * @param image the person's image
 * @param raw whether the bytes of the disk are those of the file
 * @param reading options, each with its value, that let a QEMU without a guest read the image as
 *     block node {@code name}
 */
public record DiskDefinition(
    String name, String option, Path image, boolean raw, List<String> reading) {

  public DiskDefinition {
    reading = List.copyOf(reading);
  }

  /**
   * Options that let one QEMU read all of these images; what several of them need is there once.
   */
  public static List<String> readingAll(List<DiskDefinition> disks) {
    Set<List<String>> pairs = new LinkedHashSet<>();
    for (DiskDefinition disk : disks) {
      for (int at = 0; at + 1 < disk.reading.size(); at += 2) {
        pairs.add(disk.reading.subList(at, at + 2));
      }
    }
    return pairs.stream().flatMap(List::stream).toList();
  }
}
