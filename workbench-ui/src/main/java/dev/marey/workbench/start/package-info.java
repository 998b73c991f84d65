/** Start page: recent sessions, demo guest, pasted command line. */
@NullMarked
package dev.marey.workbench.start;

import org.jspecify.annotations.NullMarked;
