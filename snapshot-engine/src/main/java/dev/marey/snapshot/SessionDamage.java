package dev.marey.snapshot;

import dev.marey.machine.PageNumber;
import java.util.Optional;

/**
 * Something of a node that cannot be read back.
 *
 * @param node the node
 * @param page the page of its RAM; empty when it is another part
 * @param reason what is wrong, a clause without full stop
 */
public record SessionDamage(NodeId node, Optional<PageNumber> page, String reason) {}
