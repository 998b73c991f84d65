package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import java.util.Locale;

/** A node as one line of JSON. */
final class NodeJson {

  private NodeJson() {}

  static ObjectNode of(Node node) {
    CaptureFigures figures = node.figures();
    ObjectNode json = Terminal.object();
    json.put("node", node.id().toString());
    json.put("parent", node.parent().map(Object::toString).orElse(null));
    json.put("label", node.label());
    json.put("pause_ms", DurationText.millis(figures.pause()));
    json.put("device_state_ms", DurationText.millis(figures.deviceState()));
    json.put("arm_ms", DurationText.millis(figures.arm()));
    json.put("saved_ms", DurationText.millis(figures.saved()));
    json.put("pages_dirty", figures.pagesDirty());
    if (figures.pagesChanged().isPresent()) {
      json.put("pages_changed", figures.pagesChanged().getAsInt());
    } else {
      json.putNull("pages_changed");
    }
    json.put("pages_written_during_save", figures.pagesWrittenDuringSave());
    json.put("bytes_stored", figures.bytesStored());
    json.put("state", node.state().name().toLowerCase(Locale.ROOT));
    if (!node.reason().isEmpty()) {
      json.put("reason", node.reason());
    }
    json.put("origin", node.origin().name().toLowerCase(Locale.ROOT));
    json.put("run_state", node.runState().name().toLowerCase(Locale.ROOT));
    json.put("taken_at", node.takenAt().toString());
    json.put("guest_time_ms", DurationText.millis(node.guestTime()));
    json.put("lane", node.lane());
    json.put("note", node.note());
    json.put("pinned", node.pinned());
    ArrayNode tags = json.putArray("tags");
    node.tags().words().forEach(tags::add);
    return json;
  }
}
