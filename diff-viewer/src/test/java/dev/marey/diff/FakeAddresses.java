package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import java.util.Optional;

/**
 * RAM with one hole, as below 4 GiB: pages from {@code firstHighPage} on lie at {@code highStart}.
 */
public record FakeAddresses(int pageCount, int firstHighPage, long highStart)
    implements AddressMap {

  @Override
  public GuestAddress addressOf(PageNumber page) {
    return page.index() < firstHighPage
        ? new GuestAddress(page.offsetBytes())
        : new GuestAddress(
            highStart + (long) (page.index() - firstHighPage) * PageNumber.PAGE_BYTES);
  }

  @Override
  public Optional<PageNumber> pageAt(GuestAddress address) {
    long low = address.value() / PageNumber.PAGE_BYTES;
    if (low < Math.min(firstHighPage, pageCount)) {
      return Optional.of(new PageNumber((int) low));
    }
    long high = (address.value() - highStart) / PageNumber.PAGE_BYTES + firstHighPage;
    return address.value() < highStart || high >= pageCount
        ? Optional.empty()
        : Optional.of(new PageNumber((int) high));
  }

  @Override
  public long endAddress() {
    return pageCount <= firstHighPage
        ? (long) pageCount * PageNumber.PAGE_BYTES
        : highStart + (long) (pageCount - firstHighPage) * PageNumber.PAGE_BYTES;
  }
}
