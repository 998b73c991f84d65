/** The guest's writable disks: what it writes, what a node keeps of it, and going back. */
@NullMarked
package dev.marey.snapshot.disk;

import org.jspecify.annotations.NullMarked;
