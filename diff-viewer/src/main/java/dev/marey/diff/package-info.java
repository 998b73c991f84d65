/** Comparison of two nodes, without any user interface. */
@NullMarked
package dev.marey.diff;

import org.jspecify.annotations.NullMarked;
