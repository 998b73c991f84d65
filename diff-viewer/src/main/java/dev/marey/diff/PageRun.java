package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageSpan;

/**
 * Neighbouring pages that changed in the same way, without a hole between them: one row of a list.
 *
 * @param firstChange index of the run's first page among the changes of its {@link RamDiff}
 * @param pages the pages
 * @param address guest-physical address of the first byte
 * @param seldom the fewest neighbouring pairs of nodes in which one of the pages changed, out of
 *     {@link PageHistory#pairs}
 * @param usual all the pages usually change ({@link PageHistory#usual})
 */
public record PageRun(
    int firstChange,
    PageSpan pages,
    GuestAddress address,
    ChangeKind kind,
    int seldom,
    boolean usual) {

  public boolean contains(GuestAddress other) {
    long offset = other.value() - address.value();
    return Long.compareUnsigned(offset, pages.lengthBytes()) < 0;
  }
}
