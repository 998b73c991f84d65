/** Tests of the views, in a real window on a display of their own. */
@NullMarked
package dev.marey.diff.view;

import org.jspecify.annotations.NullMarked;
