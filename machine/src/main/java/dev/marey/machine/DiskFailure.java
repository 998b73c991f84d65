package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request of the guest to a disk that failed (QMP {@code BLOCK_IO_ERROR}).
 *
 * @param device QEMU's name for the disk, such as {@code virtio0}; may be empty
 * @param writing whether the guest wrote
 * @param noRoom whether the host's disk is full
 * @param stopped whether QEMU stopped the guest for it and tries again when it goes on; otherwise
 *     the guest was told or it was ignored
 * @param reason QEMU's words, such as {@code Input/output error}
 */
public record DiskFailure(
    String device, boolean writing, boolean noRoom, boolean stopped, String reason) {

  static DiskFailure of(JsonNode data) {
    String device = data.path("device").asText();
    return new DiskFailure(
        device.isEmpty() ? data.path("node-name").asText() : device,
        data.path("operation").asText().equals("write"),
        data.path("nospace").asBoolean(),
        data.path("action").asText().equals("stop"),
        data.path("reason").asText());
  }
}
