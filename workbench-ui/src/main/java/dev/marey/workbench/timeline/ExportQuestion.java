package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a person what a node is to be exported as, and to where. */
@FunctionalInterface
public interface ExportQuestion {

  /**
   * What the person said.
   *
   * @param file absolute
   */
  record Answer(NodeExport.Form form, Path file) {}

  /** Waits for the answer; empty when the person changed their mind. */
  Optional<Answer> ask(Node node);
}
