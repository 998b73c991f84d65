package dev.marey.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the pages of the RAM block appear in the guest's physical address space. RAM hidden behind
 * ROM or VGA (0xa0000 to 0xfffff on a PC, which firmware maps in and out) counts at the address it
 * would have there, so that the layout is the same at every instant of a guest's life and every
 * page has an address.
 *
 * @param ranges in order of address, covering the whole block, no two of them adjacent
 */
public record RamLayout(List<Range> ranges) {

  /**
   * A run of RAM.
   *
   * @param address where it starts in the guest's physical address space
   * @param offsetBytes where it starts in the RAM block
   * @param lengthBytes how long it is
   */
  public record Range(GuestAddress address, long offsetBytes, long lengthBytes) {

    private long delta() {
      return address.value() - offsetBytes;
    }
  }

  // 0000000100000000-000000017fffffff (prio 0, ram): pc.ram @00000000c0000000
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*([0-9a-f]{16})-([0-9a-f]{16}) \\(prio -?\\d+, ram\\): (\\S+?)(?: @([0-9a-f]+))?(?: .*)?");

  public RamLayout {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("ranges is empty");
    }
  }

  /**
   * Reads the answer of the monitor's {@code info mtree -f}.
   *
   * @param mtree the text, with its view of the root region {@code system}
   * @param block the RAM block's name, such as {@code pc.ram}
   * @param blockBytes its whole length
   * @throws MachineException when the view shows no piece of that block
   */
  public static RamLayout parse(String mtree, String block, long blockBytes)
      throws MachineException {
    List<Range> seen = new ArrayList<>();
    boolean systemView = false;
    for (String line : mtree.split("\\R", -1)) {
      if (line.startsWith("FlatView")) {
        systemView = false;
      } else if (line.strip().equals("Root memory region: system")) {
        systemView = true;
      }
      Matcher matcher = LINE.matcher(line);
      if (systemView && matcher.matches() && matcher.group(3).equals(block)) {
        long start = Long.parseUnsignedLong(matcher.group(1), 16);
        long end = Long.parseUnsignedLong(matcher.group(2), 16);
        String at = matcher.group(4);
        long offset = at == null ? 0 : Long.parseUnsignedLong(at, 16);
        seen.add(new Range(new GuestAddress(start), offset, end - start + 1));
      }
    }
    if (seen.isEmpty()) {
      throw new MachineException(
          "QEMU's memory map (info mtree -f) shows no piece of the RAM block "
              + block
              + ". This machine type lays out its memory in a way Marey does not know; use pc, q35 or"
              + " microvm.");
    }
    return new RamLayout(join(seen, blockBytes));
  }

  /** The whole block from address 0 on, as on a machine without a hole. */
  public static RamLayout flat(long lengthBytes) {
    return new RamLayout(List.of(new Range(new GuestAddress(0), 0, lengthBytes)));
  }

  /** Closes the gaps: a hidden piece continues the range before it. */
  private static List<Range> join(List<Range> seen, long blockBytes) {
    List<Range> sorted = new ArrayList<>(seen);
    sorted.sort(Comparator.comparingLong(Range::offsetBytes));
    List<Range> joined = new ArrayList<>();
    long delta = sorted.get(0).delta();
    long start = 0;
    for (Range range : sorted) {
      if (range.delta() != delta) {
        joined.add(new Range(new GuestAddress(start + delta), start, range.offsetBytes() - start));
        start = range.offsetBytes();
        delta = range.delta();
      }
    }
    joined.add(new Range(new GuestAddress(start + delta), start, blockBytes - start));
    joined.sort(Comparator.comparing(Range::address));
    return joined;
  }

  /** Bytes of the whole RAM block. */
  public long lengthBytes() {
    return ranges.stream().mapToLong(Range::lengthBytes).sum();
  }

  /**
   * The guest-physical address of a page's first byte.
   *
   * @throws IllegalArgumentException for a page behind the end of RAM
   */
  public GuestAddress addressOf(PageNumber page) {
    long offset = page.offsetBytes();
    for (Range range : ranges) {
      if (offset >= range.offsetBytes() && offset - range.offsetBytes() < range.lengthBytes()) {
        return range.address().plus(offset - range.offsetBytes());
      }
    }
    throw new IllegalArgumentException("page is behind the end of RAM: " + page.index());
  }

  /** The page that holds this address; empty where the guest has no RAM. */
  public Optional<PageNumber> pageAt(GuestAddress address) {
    for (Range range : ranges) {
      long within = address.value() - range.address().value();
      if (address.compareTo(range.address()) >= 0
          && Long.compareUnsigned(within, range.lengthBytes()) < 0) {
        return Optional.of(
            new PageNumber((int) ((range.offsetBytes() + within) / PageNumber.PAGE_BYTES)));
      }
    }
    return Optional.empty();
  }
}
