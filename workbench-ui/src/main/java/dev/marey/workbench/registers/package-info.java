/** Registers of a node's device state. */
@NullMarked
package dev.marey.workbench.registers;

import org.jspecify.annotations.NullMarked;
