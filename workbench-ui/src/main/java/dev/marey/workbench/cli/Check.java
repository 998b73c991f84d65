package dev.marey.workbench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One thing the doctor looked at.
 *
 * @param name a word for it
 * @param ok whether it is as it should be
 * @param required whether live snapshots need it
 * @param found what was found, a clause
 * @param remedy what to do; empty when nothing needs doing
 */
record Check(String name, boolean ok, boolean required, String found, String remedy) {

  static Check fine(String name, boolean required, String found) {
    return new Check(name, true, required, found, "");
  }

  static Check missing(String name, boolean required, String found, String remedy) {
    return new Check(name, false, required, found, remedy);
  }

  String mark() {
    return ok ? "ok" : required ? "MISSING" : "absent";
  }

  ObjectNode json() {
    return Terminal.object()
        .put("check", name)
        .put("ok", ok)
        .put("required", required)
        .put("found", found)
        .put("remedy", remedy);
  }
}
