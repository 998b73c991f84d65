/** Where the log goes. */
@NullMarked
package dev.marey.workbench.log;

import org.jspecify.annotations.NullMarked;
