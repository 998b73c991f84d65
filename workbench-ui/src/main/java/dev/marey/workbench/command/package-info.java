/** Every command of the window, its keys, and the palette that finds them. */
@NullMarked
package dev.marey.workbench.command;

import org.jspecify.annotations.NullMarked;
