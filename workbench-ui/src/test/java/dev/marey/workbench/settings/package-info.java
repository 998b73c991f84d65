/** Tests of the package of this name. */
@NullMarked
package dev.marey.workbench.settings;

import org.jspecify.annotations.NullMarked;
