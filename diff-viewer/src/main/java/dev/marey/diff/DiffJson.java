package dev.marey.diff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.Writer;

/**
 * A comparison as one line of JSON.
 *
 * <pre>
 * {"a": "S1", "b": "S2",
 *  "ram": {"pages_changed": 2,
 *          "pages": [{"address": "0x3f2a000", "bytes_changed": 14, "kind": "changed",
 *                     "usual": false}, …]},
 *  "devices": [{"path": "cpu[0]/RIP", "before": "0x…", "after": "0x…", "usual": true}, …]}
 * </pre>
 *
 * <p>Addresses are guest-physical. {@code before} is null for what appeared, {@code after} for what
 * is gone; {@code "clock": true} is there for clocks and timers. {@code usual} says that the page
 * or field changed in at least half of the neighbouring pairs of nodes before ({@link PageHistory},
 * {@link FieldHistory}).
 */
public final class DiffJson {

  private DiffJson() {}

  /**
   * Writes the line, without a line end; the writer is flushed and stays open.
   *
   * @param a name of the left instant, as in {@code S1}
   * @throws SnapshotException if a page cannot be read; what is written then is no JSON
   */
  public static void write(Writer out, String a, String b, RamDiff ram, DeviceDiff devices)
      throws IOException, SnapshotException {
    JsonFactory factory =
        JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            // What a failure has cut short must not look whole.
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("a", a);
      json.writeStringField("b", b);
      json.writeObjectFieldStart("ram");
      json.writeNumberField("pages_changed", ram.pagesChanged());
      json.writeArrayFieldStart("pages");
      ByteCounts counts = new ByteCounts(ram);
      for (int i = 0; i < ram.pagesChanged(); i++) {
        PageChange change = ram.change(i);
        json.writeStartObject();
        json.writeStringField("address", change.address().toString());
        json.writeNumberField("bytes_changed", counts.count(i));
        json.writeStringField("kind", change.kind().word());
        json.writeBooleanField("usual", ram.usual(i));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeArrayFieldStart("devices");
      for (FieldChange field : devices.fields()) {
        device(json, field, devices.usual(field));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void device(JsonGenerator json, FieldChange field, boolean usual)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("path", field.path());
    value(json, "before", field.before(), field.kind() == FieldChange.Kind.APPEARED);
    value(json, "after", field.after(), field.kind() == FieldChange.Kind.GONE);
    if (field.clock()) {
      json.writeBooleanField("clock", true);
    }
    json.writeBooleanField("usual", usual);
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, String name, String text, boolean missing)
      throws IOException {
    if (missing) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, text);
    }
  }
}
