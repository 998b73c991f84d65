/** Journeys: a robot at the real window, a real guest behind it, expected values from the guest. */
@NullMarked
package dev.marey.workbench.journey;

import org.jspecify.annotations.NullMarked;
