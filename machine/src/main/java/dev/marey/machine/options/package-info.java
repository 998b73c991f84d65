/** A person's QEMU command line: read, judged option by option, made fit for capture and revert. */
@NullMarked
package dev.marey.machine.options;

import org.jspecify.annotations.NullMarked;
