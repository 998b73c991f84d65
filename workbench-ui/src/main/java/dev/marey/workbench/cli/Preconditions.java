package dev.marey.workbench.cli;

import dev.marey.uffd.UffdSupport;
import dev.marey.uffd.UnavailabilityCause;
import java.util.Optional;

/** What a command that runs a guest needs of this machine. */
final class Preconditions {

  private Preconditions() {}

  /** Asked before anything is made, so that nothing is left behind. */
  static void liveSnapshots() throws UserErrorException {
    Optional<UnavailabilityCause> cause = UffdSupport.unavailabilityCause();
    if (cause.isPresent()) {
      throw new UserErrorException(cause.get().message());
    }
  }
}
