/** What differs between the two compared nodes: pages and device fields. */
@NullMarked
package dev.marey.workbench.diffs;

import org.jspecify.annotations.NullMarked;
