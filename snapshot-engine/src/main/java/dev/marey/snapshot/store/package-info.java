/** Page contents on disk, and which page of a guest has which content. */
@NullMarked
package dev.marey.snapshot.store;

import org.jspecify.annotations.NullMarked;
