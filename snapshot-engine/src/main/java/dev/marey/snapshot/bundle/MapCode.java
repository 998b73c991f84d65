package dev.marey.snapshot.bundle;

import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/**
 * A page map in a bundle, as its difference from the parent's or from an empty one.
 *
 * <pre>
 * per page that differs: pages skipped since the one before (LEB128), then the distance of its
 * entry from the entry before plus one (zigzag, LEB128)
 * </pre>
 */
final class MapCode {

  private MapCode() {}

  /**
   * Writes one.
   *
   * @param toBundle entries of the session as those of the bundle
   */
  static byte[] encode(PageMap base, PageMap map, IntUnaryOperator toBundle) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int[] last = {-1, 0};
    base.forEachDifference(
        map,
        (page, before, entry) -> {
          int carried = toBundle.applyAsInt(entry);
          leb128(body, page - last[0] - 1);
          int distance = carried - last[1] - 1;
          leb128(body, (distance << 1) ^ (distance >> 31));
          last[0] = page;
          last[1] = carried;
        });
    return body.toByteArray();
  }

  private static void leb128(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /**
   * Reads one.
   *
   * @param highest greatest entry there may be
   * @param toSession entries of the bundle as those of the session
   */
  static PageMap decode(PageMap base, byte[] body, int highest, IntUnaryOperator toSession)
      throws BadBundleException {
    PageMapBuilder builder = base.change();
    ByteBuffer in = ByteBuffer.wrap(body);
    long page = -1;
    int entry = 0;
    try {
      while (in.hasRemaining()) {
        page += Integer.toUnsignedLong(leb128(in)) + 1;
        int zigzag = leb128(in);
        entry += ((zigzag >>> 1) ^ -(zigzag & 1)) + 1;
        if (page >= base.pageCount() || entry < 0 || entry > highest) {
          throw new BadBundleException("a map names page " + page + ", content " + entry);
        }
        builder.set((int) page, toSession.applyAsInt(entry));
      }
      return builder.build();
    } catch (BufferUnderflowException e) {
      throw new BadBundleException("a map is cut short", e);
    }
  }

  private static int leb128(ByteBuffer in) throws BadBundleException {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int next = in.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BadBundleException("a map has a number that is too long");
  }
}
