/** The guest's serial console and QEMU's own monitor, as a person uses them. */
@NullMarked
package dev.marey.machine.console;

import org.jspecify.annotations.NullMarked;
