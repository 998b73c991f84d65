/**
 * The command line beside the window: the same engine, for scripts and for machines without a
 * display.
 */
@NullMarked
package dev.marey.workbench.cli;

import org.jspecify.annotations.NullMarked;
