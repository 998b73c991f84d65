/** The serial console as a terminal. */
@NullMarked
package dev.marey.workbench.console;

import org.jspecify.annotations.NullMarked;
