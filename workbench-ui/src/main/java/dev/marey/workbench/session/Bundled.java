package dev.marey.workbench.session;

import java.nio.file.Path;

/**
 * A bundle that was written.
 *
 * @param nodes how many are in it
 */
public record Bundled(Path file, int nodes) {}
