package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes complete streams out of the device sections that {@code xen-save-devices-state} writes in a
 * millisecond.
 *
 * <pre>
 * complete stream   | header, configuration, small RAM blocks | device sections | 00 | 06 n JSON
 *                   |&lt;------------- prefix ---------------&gt;|
 * fast state        |       "QEVM" 3       | device sections | 00
 * spliced           |       prefix         | device sections | 00 | 06 n JSON
 * </pre>
 *
 * Prefix and description may come from any complete stream of the same machine, or of a twin with
 * the same arguments. What is stale in a spliced stream is every small RAM block the guest has
 * written since then, video RAM above all. Immutable.
 */
public final class StateSplice {

  private static final byte[] EMPTY_DESCRIPTION = {SectionType.VMDESCRIPTION, 0, 0, 0, 0};

  private final DeviceState complete;
  private final ByteBuffer prefix;
  private final ByteBuffer description;

  private StateSplice(DeviceState complete, ByteBuffer prefix) {
    this.complete = complete;
    this.prefix = prefix;
    this.description = descriptionSection(complete);
  }

  /**
   * Takes the prefix of a complete stream.
   *
   * @throws StateFormatException if the bytes are no migration stream up to their device sections
   */
  public static StateSplice of(DeviceState complete) throws StateFormatException {
    StateCursor cursor = new StateCursor(complete.buffer());
    int length = StateHead.read(cursor).lengthBytes();
    if (cursor.peek() != SectionType.FULL) {
      throw cursor.failure("expected a device section 0x04, but the stream has none");
    }
    return new StateSplice(complete, complete.buffer().slice(0, length));
  }

  /**
   * The description that goes with every spliced stream; read anew at each call.
   *
   * @return empty if the complete stream carries none
   * @throws StateFormatException if the complete stream is damaged behind the prefix
   */
  public Optional<StateDescription> description() throws StateFormatException {
    return StateStream.parse(complete).description();
  }

  /** Length of the prefix that every spliced stream begins with. */
  public int prefixLengthBytes() {
    return prefix.remaining();
  }

  /**
   * A complete stream out of what {@code xen-save-devices-state} wrote.
   *
   * @param fastState bytes between position and limit, as QEMU wrote them: header, device sections,
   *     end mark
   * @throws StateFormatException if they do not begin and end like such a state
   */
  public DeviceState splice(ByteBuffer fastState) throws StateFormatException {
    ByteBuffer sections = sections(fastState);
    return join(prefix.duplicate(), sections, description.duplicate());
  }

  /**
   * What a QEMU that stands still has to load to get from one instant to another: of the small RAM
   * blocks only the pages that differ.
   *
   * @param present small RAM blocks of that QEMU as they are
   * @throws StateFormatException if {@code target} is no complete state
   */
  public static DeviceState change(StatePrefix present, DeviceState target)
      throws StateFormatException {
    ByteBuffer prefix = StatePrefix.of(target).bytesFor(present);
    int length = of(target).prefixLengthBytes();
    ByteBuffer all = target.buffer();
    return join(prefix, all.slice(length, all.limit() - length), ByteBuffer.allocate(0));
  }

  private static DeviceState join(ByteBuffer prefix, ByteBuffer sections, ByteBuffer description) {
    ByteBuffer joined =
        ByteBuffer.allocate(prefix.remaining() + sections.remaining() + description.remaining());
    joined.put(prefix).put(sections).put(description);
    return DeviceState.owning(joined.array());
  }

  /**
   * The same with small RAM blocks of another instant.
   *
   * @throws StateFormatException if the fast state is none
   */
  public DeviceState splice(StatePrefix instant, ByteBuffer fastState) throws StateFormatException {
    ByteBuffer sections = sections(fastState);
    return join(instant.bytes(), sections, description.duplicate());
  }

  private static ByteBuffer sections(ByteBuffer fastState) throws StateFormatException {
    ByteBuffer sections = fastState.slice();
    StateCursor cursor = new StateCursor(sections);
    StateHead.readMagic(cursor);
    if (cursor.peek() != SectionType.FULL) {
      throw cursor.failure("expected a device section 0x04, as xen-save-devices-state writes it");
    }
    int last = sections.limit() - 1;
    if (sections.get(last) != SectionType.EOF) {
      throw new StateFormatException(last, "expected the end mark 0x00: the fast state is cut off");
    }
    return sections.position(StateHead.MAGIC_BYTES);
  }

  /** As the complete stream ends: the same machine has the same fields. */
  private static ByteBuffer descriptionSection(DeviceState complete) {
    ByteBuffer all = complete.buffer();
    int at = StateStream.descriptionAt(all);
    return at < 0 ? ByteBuffer.wrap(EMPTY_DESCRIPTION) : all.slice(at, all.limit() - at);
  }
}
