package dev.marey.diff.view;

/** Which bytes of a hex view are marked. Asked on the FX thread while it draws: answer at once. */
@FunctionalInterface
public interface HexMarks {

  HexMarks NONE = (address, value) -> false;

  boolean marked(long address, byte value);
}
