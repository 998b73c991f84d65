/** Tests of the window's frame. */
@NullMarked
package dev.marey.workbench.shell;

import org.jspecify.annotations.NullMarked;
