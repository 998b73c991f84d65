/** A guest's instant in files that other tools read. */
@NullMarked
package dev.marey.machine.export;

import org.jspecify.annotations.NullMarked;
