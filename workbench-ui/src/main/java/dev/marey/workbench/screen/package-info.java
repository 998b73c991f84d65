/** The guest's screen with keyboard and mouse. */
@NullMarked
package dev.marey.workbench.screen;

import org.jspecify.annotations.NullMarked;
