/** The guests Marey brings along: where their files are, and how they are started. */
@NullMarked
package dev.marey.machine.guest;

import org.jspecify.annotations.NullMarked;
