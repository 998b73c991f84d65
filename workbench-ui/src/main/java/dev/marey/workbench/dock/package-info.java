/** Rearrangeable views behind an interface of our own, and their remembered layout. */
@NullMarked
package dev.marey.workbench.dock;

import org.jspecify.annotations.NullMarked;
