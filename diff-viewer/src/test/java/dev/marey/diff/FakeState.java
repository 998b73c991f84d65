package dev.marey.diff;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateTree;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Device states made up in a test, as QEMU would write them: one section per device with its
 * description behind.
 *
 * <p>Threading: one thread.
 */
final class FakeState {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);
  private final List<String> devices = new ArrayList<>();

  FakeState() {
    write("QEVM", 3);
    byteAndInt(0x07, 2);
    text("pc");
  }

  /**
   * Adds a device.
   *
   * @param fields JSON of its description's fields
   * @param body its bytes
   */
  FakeState device(String name, String fields, int... body) {
    int id = devices.size();
    byteAndInt(0x04, id);
    name(name);
    ints(0, 1);
    for (int value : body) {
      one(value);
    }
    byteAndInt(0x7e, id);
    devices.add(
        """
        {"name": "%s", "instance_id": 0, "vmsd_name": "%s", "version": 1, "fields": [%s]}"""
            .formatted(name, name, fields));
    return this;
  }

  StateTree tree() {
    String list = String.join(", ", devices).replace("\n", " ");
    String json = "{\"page_size\": 4096, \"devices\": [" + list + "]}";
    one(0);
    byteAndInt(0x06, json.length());
    text(json);
    try {
      return StateTree.of(DeviceState.of(bytes.toByteArray()));
    } catch (StateFormatException e) {
      throw new AssertionError(e);
    }
  }

  private void write(String text, int number) {
    text(text);
    ints(number);
  }

  private void byteAndInt(int first, int number) {
    one(first);
    ints(number);
  }

  private void name(String name) {
    one(name.length());
    text(name);
  }

  private void one(int value) {
    bytes.write(value);
  }

  private void ints(int... values) {
    try {
      for (int value : values) {
        out.writeInt(value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void text(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
