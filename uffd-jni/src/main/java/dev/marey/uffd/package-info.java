/** Linux userfaultfd for Java, and the agent that hands one out of a QEMU process. */
@NullMarked
package dev.marey.uffd;

import org.jspecify.annotations.NullMarked;
