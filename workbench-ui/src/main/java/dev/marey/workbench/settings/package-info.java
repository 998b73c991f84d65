/** What is remembered between starts, in the XDG folders. */
@NullMarked
package dev.marey.workbench.settings;

import org.jspecify.annotations.NullMarked;
