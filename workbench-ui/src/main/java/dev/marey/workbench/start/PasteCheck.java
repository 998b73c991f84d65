package dev.marey.workbench.start;

import java.util.List;

/**
 * What a pasted command line comes to.
 *
 * @param problems what cannot be combined; nothing boots until it is empty
 * @param notices what will be left out or changed when it boots, one sentence each
 */
public record PasteCheck(List<PasteProblem> problems, List<String> notices) {

  static final PasteCheck NOTHING = new PasteCheck(List.of(), List.of());

  public PasteCheck {
    problems = List.copyOf(problems);
    notices = List.copyOf(notices);
  }
}
