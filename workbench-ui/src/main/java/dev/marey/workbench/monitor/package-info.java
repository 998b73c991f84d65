/** QEMU's own monitor. */
@NullMarked
package dev.marey.workbench.monitor;

import org.jspecify.annotations.NullMarked;
