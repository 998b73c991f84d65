package dev.marey.uffd;

/**
 * Why userfaultfd cannot be used here, in words for a person.
 *
 * @param reason for programs to tell the cases apart
 * @param what happened when it was tried
 * @param remedy what to do, with exact commands, one to a line where there are any
 */
public record UnavailabilityCause(Reason reason, String what, String remedy) {

  /** Kinds of causes. */
  public enum Reason {
    /** The kernel was built without userfaultfd, or a sandbox hides it. */
    NOT_THERE,
    /** The kernel has userfaultfd, but not all features. */
    KERNEL_TOO_OLD,
    /** This user may not. */
    NOT_PERMITTED,
    /** Anything else. */
    FAILED
  }

  /** Everything, to be shown as it is. */
  public String message() {
    return what + "\n" + remedy;
  }
}
