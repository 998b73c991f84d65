package dev.marey.workbench.problems;

import java.time.Instant;

/**
 * Something that went wrong.
 *
 * @param at wall time
 * @param severity how bad
 * @param what what was tried and what happened
 * @param remedy what to do about it; empty when the text before says it
 */
public record Problem(Instant at, Severity severity, String what, String remedy) {

  /** How bad a problem is. */
  public enum Severity {
    /** Something the person asked for did not happen. */
    ERROR,
    /** Worth knowing. */
    WARNING
  }
}
