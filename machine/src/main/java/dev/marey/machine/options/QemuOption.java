package dev.marey.machine.options;

/**
 * One option of QEMU and what Marey does with it.
 *
 * @param name without its dash
 * @param takesValue whether the next word belongs to it
 * @param treatment of its ordinary values; the reason names those that are treated otherwise
 * @param reason one sentence
 * @param remedy what to do instead, one sentence; empty unless it is refused
 */
public record QemuOption(
    String name, boolean takesValue, Treatment treatment, String reason, String remedy) {}
