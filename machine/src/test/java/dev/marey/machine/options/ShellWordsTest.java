package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ShellWordsTest {

  private static List<String> words(String text) {
    return new ShellWords(text, Map.of("HOME", "/home/me", "DISK", "a b"))
        .words().stream().map(Word::text).toList();
  }

  private static List<CommandLineProblem> problems(String text) {
    return new ShellWords(text, Map.of()).problems();
  }

  @Test
  void quotesBackslashesAndContinuedLinesAreReadAsAShellReadsThem() {
    assertThat(words("qemu -append 'console=ttyS0  x' \\\n  -name \"a \\\"b\\\" c\" d\\ e f''g"))
        .containsExactly("qemu", "-append", "console=ttyS0  x", "-name", "a \"b\" c", "d e", "fg");
  }

  @Test
  void windowsLineEndsContinueALineToo() {
    assertThat(words("qemu \\\r\n-S")).containsExactly("qemu", "-S");
  }

  @Test
  void commentsEndAtTheLineButAHashInsideAWordIsText() {
    assertThat(words("qemu # the program\n-m 64 a#b")).containsExactly("qemu", "-m", "64", "a#b");
  }

  @Test
  void anEmptyQuotedWordIsAWord() {
    assertThat(words("-append ''")).containsExactly("-append", "");
  }

  @Test
  void homeAndVariablesAreFilledIn() {
    assertThat(words("~/x ~ a~ $HOME/y \"${DISK}\" '$HOME' $ ok"))
        .containsExactly("/home/me/x", "/home/me", "a~", "/home/me/y", "a b", "$HOME", "$", "ok");
  }

  @Test
  void rangesCoverTheWordWithItsQuotes() {
    assertThat(new ShellWords("ab 'c d' e", Map.of()).words())
        .containsExactly(new Word("ab", 0, 2), new Word("c d", 3, 8), new Word("e", 9, 10));
  }

  @Test
  void anOpenQuoteIsAProblemFromTheQuoteToTheEnd() {
    assertThat(problems("qemu 'abc"))
        .containsExactly(
            new CommandLineProblem(
                5, 9, "'", "this quote is never closed.", "Add a ' where it should end."));
    assertThat(problems("qemu \"abc")).hasSize(1);
  }

  @Test
  void whatNeedsAShellIsAProblem() {
    assertThat(problems("qemu | tee log")).hasSize(1);
    assertThat(problems("qemu -name $(hostname)").get(0).what())
        .isEqualTo("This needs a shell, and Marey starts QEMU without one.");
  }

  @Test
  void anUnknownVariableIsAProblemAtItsPlace() {
    assertThat(problems("qemu -m $SIZE"))
        .containsExactly(
            new CommandLineProblem(
                8,
                13,
                "$SIZE",
                "there is no such variable in Marey's environment.",
                "Write out what it stands for."));
  }
}
