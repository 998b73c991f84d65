/** What went wrong, why, and what to do. */
@NullMarked
package dev.marey.workbench.problems;

import org.jspecify.annotations.NullMarked;
