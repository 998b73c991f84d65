package dev.marey.machine.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.StateValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A device state as JSON.
 *
 * <pre>
 * {"machine": "pc-i440fx-7.2", "state": [NODE…]}
 * NODE  {"name": "env.eip", "path": "cpu[0]/env.eip", "type": "uint64", "value": 1048576,
 *        "children": [NODE…]}
 * </pre>
 *
 * {@code value} is a number, a boolean, or bytes in hexadecimal; {@code null} for a timer that is
 * not armed and for what the state does not have; missing where there are children. Of a RAM block
 * {@code bytes} is the length and {@code sha256} that of its pages, if the state has them.
 */
public final class StateJson {

  private static final JsonFactory JSON = new JsonFactory();

  private StateJson() {}

  /** Writes all of it; closes nothing. */
  public static void write(StateTree tree, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("machine", tree.machineType());
      json.writeArrayFieldStart("state");
      for (StateNode root : tree.roots()) {
        write(root, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(StateNode node, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", node.name());
    json.writeStringField("path", node.path());
    json.writeStringField("type", node.type());
    value(node.value(), json);
    if (!node.children().isEmpty()) {
      json.writeArrayFieldStart("children");
      for (StateNode child : node.children()) {
        write(child, json);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void value(StateValue value, JsonGenerator json) throws IOException {
    if (value instanceof StateValue.Int number) {
      json.writeFieldName("value");
      if (number.signed() || number.bits() >= 0) {
        json.writeNumber(number.signed() ? number.asSigned() : number.bits());
      } else {
        json.writeNumber(Long.toUnsignedString(number.bits()));
      }
    } else if (value instanceof StateValue.Flag flag) {
      json.writeBooleanField("value", flag.set());
    } else if (value instanceof StateValue.Timer timer) {
      json.writeFieldName("value");
      if (timer.armed()) {
        json.writeNumber(timer.expiresNanos());
      } else {
        json.writeNull();
      }
    } else if (value instanceof StateValue.Bytes bytes) {
      ByteBuffer content = bytes.content();
      byte[] copy = new byte[content.remaining()];
      content.get(copy);
      json.writeStringField("value", HexFormat.of().formatHex(copy));
      if (!bytes.reason().isEmpty()) {
        json.writeStringField("reason", bytes.reason());
      }
    } else if (value instanceof StateValue.Absent) {
      json.writeNullField("value");
    } else if (value instanceof StateValue.Memory memory) {
      json.writeNumberField("bytes", memory.block().lengthBytes());
      if (!memory.block().ignored()) {
        json.writeStringField("sha256", memory.block().sha256());
      }
    }
  }
}
