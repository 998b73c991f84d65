/** Live capture: fault loop, page states, switch of epochs, saver. */
@NullMarked
package dev.marey.snapshot.capture;

import org.jspecify.annotations.NullMarked;
