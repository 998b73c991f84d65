/** The main window: menu, toolbar, views, status bar. */
@NullMarked
package dev.marey.workbench.shell;

import org.jspecify.annotations.NullMarked;
