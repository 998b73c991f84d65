package dev.marey.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in its address space QEMU may have its small RAM blocks: ROM, video RAM and others that are
 * not guest RAM. QEMU tells how long they are; each is an anonymous mapping of that length, aligned
 * to 2 MiB, with a guard page behind it (QEMU, util/mmap-alloc.c). Which of several is which block
 * is told by content.
 */
final class SmallRamPlaces {

  /** {@code pc.bios 4 KiB 0x0000000010000000 0x0000000000040000 0x0000000000040000 …} */
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*(\\S+)\\s+\\d+ \\S+\\s+0x\\p{XDigit}+\\s+0x\\p{XDigit}+\\s+0x(\\p{XDigit}+).*");

  private static final long ALIGNMENT = 2 << 20;

  private SmallRamPlaces() {}

  /** A row of {@code maps}: {@code 7f0000000000-7f0001000000 rw-p 00000000 00:00 0 [name]}. */
  private record Mapping(long start, long end, String permissions, boolean anonymous) {

    static Mapping parse(String row) {
      String[] columns = row.trim().split("\\s+", 6);
      String[] range = columns[0].split("-", 2);
      return new Mapping(
          Long.parseUnsignedLong(range[0], 16),
          Long.parseUnsignedLong(range[1], 16),
          columns[1],
          columns.length == 5 && columns[4].equals("0"));
    }

    long lengthBytes() {
      return end - start;
    }

    boolean isAnonymous(String wanted) {
      return anonymous && permissions.equals(wanted);
    }

    /** QEMU leaves one page behind each block that nobody may touch. */
    boolean isGuardOf(Mapping block) {
      return isAnonymous("---p") && start == block.end && lengthBytes() == PageNumber.PAGE_BYTES;
    }
  }

  /**
   * One mapping.
   *
   * @param address in QEMU's address space
   */
  record Place(long address, long lengthBytes) {}

  /**
   * Lengths of all blocks, the mapped ones, by name.
   *
   * @param ramBlocks what the monitor's {@code info ramblock} says
   */
  static Map<String, Long> lengths(String ramBlocks) {
    Map<String, Long> lengths = new TreeMap<>();
    for (String line : ramBlocks.lines().toList()) {
      Matcher matcher = BLOCK.matcher(line);
      if (matcher.matches()) {
        lengths.put(matcher.group(1), Long.parseUnsignedLong(matcher.group(2), 16));
      }
    }
    return lengths;
  }

  /** Mappings of a process that may be blocks of these lengths. */
  static List<Place> find(long pid, Map<String, Long> lengths) throws MachineException {
    Path maps = Path.of("/proc/" + pid + "/maps");
    try {
      return find(Files.readAllLines(maps), lengths);
    } catch (IOException e) {
      throw new MachineException("Reading " + maps + " failed: " + e + ". Has QEMU ended?", e);
    }
  }

  static List<Place> find(List<String> maps, Map<String, Long> lengths) {
    List<Place> places = new ArrayList<>();
    List<Mapping> mappings = maps.stream().map(Mapping::parse).toList();
    for (int i = 0; i + 1 < mappings.size(); i++) {
      Mapping mapping = mappings.get(i);
      if (mapping.isAnonymous("rw-p")
          && mapping.start() % ALIGNMENT == 0
          && lengths.containsValue(mapping.lengthBytes())
          && mappings.get(i + 1).isGuardOf(mapping)) {
        places.add(new Place(mapping.start(), mapping.lengthBytes()));
      }
    }
    return places;
  }
}
