/** Tests of the package of this name. */
@NullMarked
package dev.marey.workbench.monitor;

import org.jspecify.annotations.NullMarked;
