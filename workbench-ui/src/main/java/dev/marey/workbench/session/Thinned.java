package dev.marey.workbench.session;

/**
 * What became of automatic nodes.
 *
 * @param nodes how many are gone
 * @param bytes of disk that were given back
 */
public record Thinned(int nodes, long bytes) {}
