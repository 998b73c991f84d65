package dev.marey.machine;

/**
 * How a QEMU process ended.
 *
 * @param code its exit code; 128 + n for signal n
 * @param expected whether we ended it
 * @param lastWords the end of what it printed, at most 4 KiB; may be empty
 */
public record MachineExit(int code, boolean expected, String lastWords) {

  /** For people: how it ended, with its own words. */
  public String describe() {
    String how =
        code > 128
            ? "QEMU was ended by signal " + (code - 128)
            : "QEMU ended with exit code " + code;
    return lastWords.isBlank() ? how + "." : how + ". It said: " + lastWords.strip();
  }
}
