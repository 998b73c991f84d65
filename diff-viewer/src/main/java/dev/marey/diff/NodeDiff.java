package dev.marey.diff;

/** Everything that differs between two instants. */
public record NodeDiff(ComparedInstants instants, RamDiff ram, DeviceDiff devices) {

  /** One line: {@code 1,204 pages and 37 device fields differ}. */
  public String summary() {
    return "%,d %s and %,d device %s differ"
        .formatted(
            ram.pagesChanged(),
            ram.pagesChanged() == 1 ? "page" : "pages",
            devices.fieldsChanged(),
            devices.fieldsChanged() == 1 ? "field" : "fields");
  }

  /** The same comparison with A and B exchanged. */
  public NodeDiff swapped() {
    return new NodeDiff(instants.swapped(), ram.swapped(), devices.swapped());
  }
}
