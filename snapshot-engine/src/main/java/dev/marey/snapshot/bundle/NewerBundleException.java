package dev.marey.snapshot.bundle;

import java.io.IOException;

/** A bundle has a format that this program does not know. */
final class NewerBundleException extends IOException {

  private static final long serialVersionUID = 1;

  NewerBundleException(int format) {
    super(
        "it has format "
            + format
            + ", this Marey knows "
            + Manifest.FORMAT
            + ". Open it with the version that made it");
  }
}
