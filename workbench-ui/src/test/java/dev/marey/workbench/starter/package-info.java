/** The starter script {@code marey}. */
@NullMarked
package dev.marey.workbench.starter;

import org.jspecify.annotations.NullMarked;
