package dev.marey.snapshot;

import dev.marey.machine.DiskFailure;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a person is told of one machine's disks that fail. Many requests fail at once, so a failure
 * that stops the guest is told once until it goes on, and one that does not is told once.
 *
 * <p>Threading: the machine's event thread.
 */
final class DiskFailures {

  private static final String GO_BACK =
      "Complete nodes are safe; if it does not mend itself, go back to one.";

  private record Told(String device, boolean writing) {}

  private final Set<Told> told = new HashSet<>();
  private int toldAtResumes = -1;

  /**
   * What to say of a failure, unless it was said.
   *
   * @param resumes how often the machine was let run so far
   */
  Optional<String> toTell(DiskFailure failure, int resumes, Path session) {
    if (!failure.stopped()) {
      return told.add(new Told(failure.device(), failure.writing()))
          ? Optional.of(failed(failure) + " The guest was told so. " + GO_BACK)
          : Optional.empty();
    }
    if (toldAtResumes == resumes) {
      return Optional.empty();
    }
    toldAtResumes = resumes;
    return Optional.of(
        failure.noRoom()
            ? "The guest's disk could not be written: the disk that holds the session "
                + session
                + " is full. The guest is paused and has lost nothing. Make room, then let it run."
            : failed(failure)
                + " The guest is paused; when it is let run this is tried again. "
                + GO_BACK);
  }

  private static String failed(DiskFailure failure) {
    return "The guest's disk "
        + (failure.device().isEmpty() ? "" : failure.device() + " ")
        + "could not be "
        + (failure.writing() ? "written" : "read")
        + ": "
        + failure.reason()
        + ".";
  }
}
