package dev.marey.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds guest RAM in another process's {@code /proc/<pid>/maps}; see proc(5). */
final class ProcessMaps {

  private ProcessMaps() {}

  /** Where the process mapped the whole of this RAM, in its address space. */
  static long addressOf(long pid, GuestRam ram) throws MachineException {
    Path maps = Path.of("/proc/" + pid + "/maps");
    try {
      return find(Files.readAllLines(maps), ram.inode(), ram.lengthBytes());
    } catch (IOException e) {
      throw new MachineException(
          "Reading " + maps + " to find guest RAM in QEMU failed: " + e + ". Has QEMU ended?", e);
    }
  }

  /** A mapping may be shown in several rows where its flags differ; together they are the whole. */
  static long find(List<String> lines, long inode, long lengthBytes) throws MachineException {
    long start = 0;
    long end = 0;
    for (String line : lines) {
      // 7f0000000000-7f0020000000 rw-s 00000000 00:01 1234   /memfd:guest-ram (deleted)
      String[] columns = line.trim().split("\\s+", 6);
      if (columns.length < 5 || !columns[4].equals(Long.toString(inode))) {
        continue;
      }
      String[] range = columns[0].split("-", 2);
      long low = Long.parseUnsignedLong(range[0], 16);
      if (Long.parseUnsignedLong(columns[2], 16) == 0) {
        start = low;
      } else if (low != end) {
        continue;
      }
      end = Long.parseUnsignedLong(range[1], 16);
      if (end - start == lengthBytes) {
        return start;
      }
    }
    throw new MachineException(
        "QEMU has not mapped guest RAM of "
            + lengthBytes
            + " bytes as a whole. Was it started by a"
            + " wrapper script? Give the qemu-system-x86_64 program itself.");
  }
}
