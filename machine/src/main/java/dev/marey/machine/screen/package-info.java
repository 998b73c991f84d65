/** The guest's screen, keyboard and mouse through QEMU's VNC server on a Unix socket. */
@NullMarked
package dev.marey.machine.screen;

import org.jspecify.annotations.NullMarked;
