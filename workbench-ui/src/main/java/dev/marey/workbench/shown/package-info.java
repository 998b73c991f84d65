/** Which instant the window shows and which two it compares. */
@NullMarked
package dev.marey.workbench.shown;

import org.jspecify.annotations.NullMarked;
