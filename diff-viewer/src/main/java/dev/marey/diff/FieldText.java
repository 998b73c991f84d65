package dev.marey.diff;

import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Values of differing fields in words. */
final class FieldText {

  private static final int SHOWN = 16;
  private static final Pattern CLOCK =
      Pattern.compile("(.*_)?(tsc|ticks?|clock|timer|expire_time|next_time)(_.*|[0-9]*)|.*clock.*");

  private FieldText() {}

  /** Both values of a field, so that the difference is seen in them. */
  record Pair(String before, String after) {}

  static Pair of(StateValue a, StateValue b) {
    if (a instanceof StateValue.Bytes before && b instanceof StateValue.Bytes after) {
      return bytes(before.content(), after.content());
    }
    Pair plain = new Pair(a.text(), b.text());
    return plain.before().equals(plain.after())
        ? new Pair(plain.before() + " (A)", plain.after() + " (B), other contents")
        : plain;
  }

  /** From the first difference on, with length. */
  private static Pair bytes(ByteBuffer a, ByteBuffer b) {
    int length = Math.max(a.remaining(), b.remaining());
    int from = length <= SHOWN ? 0 : Math.max(0, a.mismatch(b));
    return new Pair(bytes(a, from), bytes(b, from));
  }

  private static String bytes(ByteBuffer content, int from) {
    int length = content.remaining();
    int start = Math.min(from, length);
    byte[] shown = new byte[Math.min(SHOWN, length - start)];
    content.get(content.position() + start, shown);
    String hex = HexFormat.ofDelimiter(" ").formatHex(shown);
    String offset = from == 0 ? "" : "+0x%x: ".formatted(from);
    String more = start + shown.length < length ? " …" : "";
    return "%s%s%s (%,d %s)".formatted(offset, hex, more, length, length == 1 ? "byte" : "bytes");
  }

  /** Something that is on one side only. */
  static String whole(StateNode node) {
    int fields = fields(node);
    return node.children().isEmpty()
        ? of(node.value())
        : "%,d %s".formatted(fields, fields == 1 ? "field" : "fields");
  }

  private static String of(StateValue value) {
    return value instanceof StateValue.Bytes bytes ? bytes(bytes.content(), 0) : value.text();
  }

  private static int fields(StateNode node) {
    return node.children().isEmpty()
        ? 1
        : node.children().stream().mapToInt(FieldText::fields).sum();
  }

  /** Whether the field moves by itself as time goes by. */
  static boolean isClock(StateNode node) {
    String name = node.name().toLowerCase(Locale.ROOT);
    return node.value() instanceof StateValue.Timer
        || node.type().contains("timer")
        || CLOCK.matcher(name.substring(name.lastIndexOf('.') + 1)).matches();
  }
}
