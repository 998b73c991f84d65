package dev.marey.workbench.problems;

import java.time.Instant;

/**
 * Something that went wrong, or that a person should know.
 *
 * @param at wall time
 * @param severity how bad
 * @param what what was tried, what happened and what to do about it
 */
public record Problem(Instant at, Severity severity, String what) {

  /** How bad a problem is. */
  public enum Severity {
    /** Something the person asked for did not happen. */
    ERROR,
    /** Worth knowing. */
    WARNING,
    /** Nothing is wrong, but it is not quite what the person wrote. */
    INFORMATION
  }
}
