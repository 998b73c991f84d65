/** Tests of the memory view. */
@NullMarked
package dev.marey.workbench.memory;

import org.jspecify.annotations.NullMarked;
