package dev.marey.machine.options;

/**
 * Why a command line cannot be used as it is.
 *
 * @param startChar where the trouble starts in the text, or in the words joined by single spaces
 * @param endChar behind its last character
 * @param option the option concerned, such as {@code -enable-kvm}
 * @param what what is wrong, one sentence
 * @param remedy what to do, one sentence
 */
public record CommandLineProblem(
    int startChar, int endChar, String option, String what, String remedy) {

  public CommandLineProblem {
    if (!what.isEmpty()) {
      what = Character.toUpperCase(what.charAt(0)) + what.substring(1);
    }
  }

  /** For people: option, trouble, remedy. */
  public String describe() {
    return option + ": " + what + " " + remedy;
  }
}
