/** Stand-ins for what view-models talk to. */
@NullMarked
package dev.marey.workbench.testing;

import org.jspecify.annotations.NullMarked;
