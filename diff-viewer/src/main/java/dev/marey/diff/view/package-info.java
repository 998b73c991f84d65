/** What is seen of a comparison, and the hex view; JavaFX. */
@NullMarked
package dev.marey.diff.view;

import org.jspecify.annotations.NullMarked;
