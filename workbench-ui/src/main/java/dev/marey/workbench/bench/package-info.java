/**
 * The benchmark: what the engine costs on this machine, and what a stock QEMU and the kernel alone
 * cost in the same run.
 */
@NullMarked
package dev.marey.workbench.bench;

import org.jspecify.annotations.NullMarked;
