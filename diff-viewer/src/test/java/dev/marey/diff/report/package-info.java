@NullMarked
package dev.marey.diff.report;

import org.jspecify.annotations.NullMarked;
