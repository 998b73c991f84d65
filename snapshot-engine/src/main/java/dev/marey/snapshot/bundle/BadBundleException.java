package dev.marey.snapshot.bundle;

import java.io.IOException;

/** A bundle is not what this program writes. The message is a clause without full stop. */
final class BadBundleException extends IOException {

  private static final long serialVersionUID = 1;

  BadBundleException(String what) {
    super(what);
  }

  BadBundleException(String what, Throwable cause) {
    super(what, cause);
  }
}
