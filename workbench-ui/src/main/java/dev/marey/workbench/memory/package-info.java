/** Guest RAM in hexadecimal. */
@NullMarked
package dev.marey.workbench.memory;

import org.jspecify.annotations.NullMarked;
