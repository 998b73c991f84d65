package dev.marey.machine.options;

/**
 * One word of a command line, unquoted.
 *
 * @param text what the program would get
 * @param startChar where it starts in the text it came from, quotes included
 * @param endChar behind its last character there
 */
record Word(String text, int startChar, int endChar) {}
