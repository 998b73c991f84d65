package dev.marey.workbench.shell;

import dev.marey.workbench.theme.Theme;

/**
 * How things look now.
 *
 * @param textSize of ordinary text, in pixels
 */
record Looks(Theme theme, int textSize) {}
