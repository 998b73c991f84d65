/** A comparison as a page that a browser shows, for a ticket or a colleague. */
@NullMarked
package dev.marey.diff.report;

import org.jspecify.annotations.NullMarked;
