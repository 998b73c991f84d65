/** What window tests share, here and in the modules above: a display of their own. */
@NullMarked
package dev.marey.diff.testing;

import org.jspecify.annotations.NullMarked;
