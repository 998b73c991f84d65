/** The tree of nodes against guest time. */
@NullMarked
package dev.marey.workbench.timeline;

import org.jspecify.annotations.NullMarked;
