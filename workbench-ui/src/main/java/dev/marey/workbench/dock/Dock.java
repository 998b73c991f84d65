package dev.marey.workbench.dock;

import java.util.Collection;
import javafx.scene.Parent;

/** Shows views side by side and lets people rearrange them. Threading: fx. */
public interface Dock {

  /** The control to put into a window. */
  Parent root();

  /** Brings a view to the front, opening it at its usual place if it was closed. */
  void show(String viewId);

  /** Whether the view has a tab somewhere, in front or not. */
  boolean isOpen(String viewId);

  /** Ids of all views that could be shown. */
  Collection<DockView> views();

  /** Where views are now; those in windows of their own are left out. */
  DockLayout layout();

  /** Puts views where the layout says and closes all others. */
  void restore(DockLayout layout);

  /** Closes the windows of views that were torn off. */
  void close();
}
