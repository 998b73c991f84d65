/** Tests of the package of this name. */
@NullMarked
package dev.marey.workbench.start;

import org.jspecify.annotations.NullMarked;
