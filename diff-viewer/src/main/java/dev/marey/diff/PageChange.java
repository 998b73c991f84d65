package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;

/** One page that differs between A and B. */
public record PageChange(PageNumber page, GuestAddress address, ChangeKind kind) {}
