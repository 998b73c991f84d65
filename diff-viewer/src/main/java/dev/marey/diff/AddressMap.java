package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import java.util.Optional;

/**
 * Where the pages of a RAM block lie on the guest's bus. Addresses grow with page numbers, but not
 * evenly: there are holes.
 */
public interface AddressMap {

  /** Guest-physical address of the page's first byte. */
  GuestAddress addressOf(PageNumber page);

  /** The page that holds this byte; empty where the guest has no RAM. */
  Optional<PageNumber> pageAt(GuestAddress address);

  /** One past the last byte of RAM: how long an address space must be to show all of it. */
  long endAddress();
}
