package dev.marey.workbench.tasks;

/** Something slow: runs on a background thread, touches no control. */
@FunctionalInterface
public interface Work<T> {

  T run(Progress progress) throws Exception;
}
