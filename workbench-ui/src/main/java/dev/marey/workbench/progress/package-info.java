/** Tasks that are running. */
@NullMarked
package dev.marey.workbench.progress;

import org.jspecify.annotations.NullMarked;
