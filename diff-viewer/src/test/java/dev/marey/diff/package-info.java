/** Tests of the comparison, and instants made up for them. */
@NullMarked
package dev.marey.diff;

import org.jspecify.annotations.NullMarked;
