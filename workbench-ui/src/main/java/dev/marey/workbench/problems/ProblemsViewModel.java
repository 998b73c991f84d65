package dev.marey.workbench.problems;

import java.time.Clock;
import java.util.Locale;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * What went wrong since the window opened, newest first.
 *
 * <p>Threading: fx.
 */
public final class ProblemsViewModel {

  private static final int MOST = 500;

  private final Clock clock;
  private final ObservableList<Problem> problems = FXCollections.observableArrayList();
  private final ObservableList<Problem> problemsSeen =
      FXCollections.unmodifiableObservableList(problems);

  public ProblemsViewModel(Clock clock) {
    this.clock = clock;
  }

  public ObservableList<Problem> problems() {
    return problemsSeen;
  }

  public void error(String what) {
    add(Problem.Severity.ERROR, what);
  }

  public void warning(String what) {
    add(Problem.Severity.WARNING, what);
  }

  public void information(String what) {
    add(Problem.Severity.INFORMATION, what);
  }

  /** A task that failed; its exception's message is meant for people. */
  public void failed(String task, Exception failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      message =
          "unexpected " + failure.getClass().getSimpleName() + "; the log has the particulars";
    }
    error(task.substring(0, 1).toUpperCase(Locale.ROOT) + task.substring(1) + ": " + message);
  }

  public void dismiss(Problem problem) {
    problems.remove(problem);
  }

  public void clear() {
    problems.clear();
  }

  private void add(Problem.Severity severity, String what) {
    problems.add(0, new Problem(clock.instant(), severity, what));
    if (problems.size() > MOST) {
      problems.remove(MOST, problems.size());
    }
  }
}
