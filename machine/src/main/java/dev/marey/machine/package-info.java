/** One QEMU process running a guest, and the control of it. */
@NullMarked
package dev.marey.machine;

import org.jspecify.annotations.NullMarked;
