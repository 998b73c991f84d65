/** Bundles: nodes of a session in one file, for another installation. */
@NullMarked
package dev.marey.snapshot.bundle;

import org.jspecify.annotations.NullMarked;
