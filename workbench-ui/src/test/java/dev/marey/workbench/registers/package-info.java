/** Tests of the registers. */
@NullMarked
package dev.marey.workbench.registers;

import org.jspecify.annotations.NullMarked;
