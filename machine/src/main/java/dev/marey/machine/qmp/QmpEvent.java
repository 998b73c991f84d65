package dev.marey.machine.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something QEMU told unasked.
 *
 * @param name as in QEMU's QMP reference, such as {@code STOP}
 * @param data its data, an empty object when it has none
 */
public record QmpEvent(String name, JsonNode data) {}
