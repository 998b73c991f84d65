/** Sessions of the engine, as the window wants them. */
@NullMarked
package dev.marey.workbench.engine;

import org.jspecify.annotations.NullMarked;
