/** Timeline of live snapshots: capture, store, revert. */
@NullMarked
package dev.marey.snapshot;

import org.jspecify.annotations.NullMarked;
