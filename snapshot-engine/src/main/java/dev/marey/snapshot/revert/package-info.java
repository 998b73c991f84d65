/** Going back: pages that are missing, put back, served on touch or loaded ahead. */
@NullMarked
package dev.marey.snapshot.revert;

import org.jspecify.annotations.NullMarked;
