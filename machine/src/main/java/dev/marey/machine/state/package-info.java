/**
 * Device state of a guest: QEMU's migration stream kept byte for byte, and taken apart for people.
 */
@NullMarked
package dev.marey.machine.state;

import org.jspecify.annotations.NullMarked;
