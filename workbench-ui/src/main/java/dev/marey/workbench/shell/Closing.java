package dev.marey.workbench.shell;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.Optional;
import java.util.function.Function;

/**
 * Closes a session in two steps: the present is kept as a node, then the guest ends. When the
 * present cannot be kept, the guest goes on as it was, nothing is lost, and the person decides.
 *
 * <p>Threading: fx.
 */
final class Closing {

  /** What to do when the present cannot be kept. */
  enum Answer {
    TRY_AGAIN,
    WITHOUT_THE_PRESENT,
    CANCEL
  }

  /** What the window does meanwhile. Threading: fx. */
  interface Stages {

    /** The guest is about to end; that it does is no news. */
    void ending();

    void closed();

    /** The session stays open. */
    void cancelled();
  }

  private final OpenSession session;
  private final TaskService tasks;
  private final ProblemsViewModel problems;
  private final Function<String, Answer> question;
  private final Stages stages;

  /**
   * Closes nothing yet.
   *
   * @param question asks the person, given why the present could not be kept
   */
  Closing(
      OpenSession session,
      TaskService tasks,
      ProblemsViewModel problems,
      Function<String, Answer> question,
      Stages stages) {
    this.session = session;
    this.tasks = tasks;
    this.problems = problems;
    this.question = question;
    this.stages = stages;
  }

  void begin() {
    Outcome outcome = new Outcome();
    tasks.start(
        BackgroundTask.<Optional<NodeId>>of("keeping the present", session::keepPresent)
            .uncancellable()
            .onFailure(failure -> outcome.failure = Optional.of(failure))
            .onFinished(() -> outcome.failure.ifPresentOrElse(this::ask, this::end)));
  }

  private static final class Outcome {
    private Optional<Exception> failure = Optional.empty();
  }

  private void ask(Exception failure) {
    problems.failed("keeping the present", failure);
    switch (question.apply(String.valueOf(failure.getMessage()))) {
      case TRY_AGAIN -> begin();
      case WITHOUT_THE_PRESENT -> end();
      case CANCEL -> stages.cancelled();
    }
  }

  private void end() {
    stages.ending();
    tasks.start(
        BackgroundTask.of(
                "ending the guest",
                progress -> {
                  session.abandon();
                  return session;
                })
            .uncancellable()
            .onFailure(failure -> problems.failed("closing the session", failure))
            .onFinished(stages::closed));
  }
}
