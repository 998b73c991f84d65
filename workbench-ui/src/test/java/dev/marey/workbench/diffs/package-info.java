/** Tests of what differs between the compared nodes. */
@NullMarked
package dev.marey.workbench.diffs;

import org.jspecify.annotations.NullMarked;
