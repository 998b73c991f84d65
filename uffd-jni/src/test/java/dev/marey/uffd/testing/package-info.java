/** What tests of this module and of those above it share. */
@NullMarked
package dev.marey.uffd.testing;

import org.jspecify.annotations.NullMarked;
