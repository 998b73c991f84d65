package dev.marey.workbench.start;

/**
 * Part of a pasted command line that cannot be combined with what Marey does.
 *
 * @param from first character, counted from 0
 * @param to character after the last one
 * @param what what is wrong with it
 * @param remedy what to do instead
 */
public record PasteProblem(int from, int to, String what, String remedy) {}
