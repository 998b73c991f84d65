/** Tests of the guest's screen. */
@NullMarked
package dev.marey.workbench.screen;

import org.jspecify.annotations.NullMarked;
