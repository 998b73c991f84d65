/** What tests of this module and of those above it share. */
@NullMarked
package dev.marey.machine.testing;

import org.jspecify.annotations.NullMarked;
