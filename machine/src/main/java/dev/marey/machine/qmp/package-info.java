/** QEMU's machine protocol: commands, replies and events over one socket. */
@NullMarked
package dev.marey.machine.qmp;

import org.jspecify.annotations.NullMarked;
