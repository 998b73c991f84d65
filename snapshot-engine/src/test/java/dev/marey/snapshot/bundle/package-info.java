@NullMarked
package dev.marey.snapshot.bundle;

import org.jspecify.annotations.NullMarked;
