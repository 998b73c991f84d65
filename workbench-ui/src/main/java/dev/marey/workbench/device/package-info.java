/** The devices' state at the shown node, field by field. */
@NullMarked
package dev.marey.workbench.device;

import org.jspecify.annotations.NullMarked;
