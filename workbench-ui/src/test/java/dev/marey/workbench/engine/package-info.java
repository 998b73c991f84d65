/** Tests of sessions as the window finds them. */
@NullMarked
package dev.marey.workbench.engine;

import org.jspecify.annotations.NullMarked;
