/** The dark and the light look. */
@NullMarked
package dev.marey.workbench.theme;

import org.jspecify.annotations.NullMarked;
