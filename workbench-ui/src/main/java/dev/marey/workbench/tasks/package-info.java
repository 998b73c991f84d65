/** Background work of the window: progress, cancelling, and the one way onto the JavaFX thread. */
@NullMarked
package dev.marey.workbench.tasks;

import org.jspecify.annotations.NullMarked;
