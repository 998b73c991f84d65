package dev.marey.diff.view;

import dev.marey.diff.PageSource;
import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.Optional;

/** Bytes for a hex view, from address 0 on, with holes. Read on background threads only. */
public interface HexSource {

  /** Bytes in a page; page {@code n} starts at address {@code n * PAGE_BYTES}. */
  int PAGE_BYTES = PageNumber.PAGE_BYTES;

  /** One past the last address. */
  long lengthBytes();

  /**
   * Reads one page.
   *
   * @return {@link #PAGE_BYTES} bytes that nobody changes afterwards; empty if there is no memory
   * @throws SnapshotException if it could not be read; its words are shown in the page's place
   */
  Optional<byte[]> readPage(long pageIndex) throws SnapshotException;

  /** No bytes at all. */
  HexSource NOTHING =
      new HexSource() {
        @Override
        public long lengthBytes() {
          return 0;
        }

        @Override
        public Optional<byte[]> readPage(long pageIndex) {
          return Optional.empty();
        }
      };

  /** RAM of one instant at its guest-physical addresses. */
  static HexSource of(PageSource pages, RamLayout layout) {
    RamLayout.Range last = layout.ranges().get(layout.ranges().size() - 1);
    long end = last.address().value() + last.lengthBytes();
    return new HexSource() {
      @Override
      public long lengthBytes() {
        return end;
      }

      @Override
      public Optional<byte[]> readPage(long pageIndex) throws SnapshotException {
        Optional<PageNumber> page = layout.pageAt(new GuestAddress(pageIndex * PAGE_BYTES));
        if (page.isEmpty()) {
          return Optional.empty();
        }
        byte[] bytes = new byte[PAGE_BYTES];
        pages.readPage(page.get(), bytes);
        return Optional.of(bytes);
      }
    };
  }
}
