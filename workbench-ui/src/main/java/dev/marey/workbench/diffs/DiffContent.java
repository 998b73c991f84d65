package dev.marey.workbench.diffs;

import dev.marey.diff.ComparedInstants;
import dev.marey.workbench.shown.Comparison;

/**
 * What a diff view shows.
 *
 * @param pair the nodes
 * @param instants their names
 * @param diff what differs from A to B
 */
public record DiffContent<T>(Comparison pair, ComparedInstants instants, T diff) {}
