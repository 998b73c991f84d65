/** The open session and its guest, as the views see them. */
@NullMarked
package dev.marey.workbench.session;

import org.jspecify.annotations.NullMarked;
