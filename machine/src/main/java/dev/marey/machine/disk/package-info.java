/**
 * The guest's disks as QEMU reaches them: an NBD server of ours on a Unix socket, and what is read
 * of a person's image file.
 */
@NullMarked
package dev.marey.machine.disk;

import org.jspecify.annotations.NullMarked;
