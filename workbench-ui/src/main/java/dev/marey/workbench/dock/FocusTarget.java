package dev.marey.workbench.dock;

import javafx.scene.Node;

/**
 * A view of which one part takes the keyboard focus. Passing the focus on in a listener instead
 * leaves {@code focusWithin} of the view that lost it wrong.
 */
public interface FocusTarget {

  Node focusTarget();
}
