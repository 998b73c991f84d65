/** The desktop application. */
@NullMarked
package dev.marey.workbench;

import org.jspecify.annotations.NullMarked;
