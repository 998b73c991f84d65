/** Tests of the device state of the shown node. */
@NullMarked
package dev.marey.workbench.device;

import org.jspecify.annotations.NullMarked;
