package dev.marey.machine.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * Something QEMU told unasked.
 *
 * @param name as in QEMU's QMP reference, such as {@code STOP}
 * @param data its data, an empty object when it has none
 * @param at when, by QEMU's wall clock
 */
public record QmpEvent(String name, JsonNode data, Instant at) {}
