package dev.marey.machine.options;

import dev.marey.machine.options.PropertyList.Property;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The names by which devices and the board of a line take disks. Immutable. */
final class DiskReferences {

  // ids QEMU gives to drives without one
  private static final String GIVEN_BY_QEMU =
      "(none|ide|scsi|floppy|pflash|mtd|sd|virtio|xen)[0-9]+(-(hd|cd)[0-9]+)?";
  private static final Set<String> OF_THE_BOARD = Set.of("pflash0", "pflash1");

  private final List<GivenOption> options;

  DiskReferences(List<GivenOption> options) {
    this.options =
        options.stream()
            .filter(
                option ->
                    Set.of("device", "machine", "M", "global", "object").contains(option.name()))
            .toList();
  }

  /** Whether any property, whichever it is but a name of its own, has this value. */
  boolean contain(String name) {
    return !name.isEmpty()
        && options.stream()
            .flatMap(option -> properties(option).all().stream())
            .anyMatch(property -> !property.key().equals("id") && property.value().equals(name));
  }

  /** What takes a disk that has none of these names, and the first name it takes in vain. */
  Map<GivenOption, String> toNone(Set<String> names) {
    Map<GivenOption, String> none = new LinkedHashMap<>();
    for (GivenOption option : options) {
      taken(option)
          .filter(name -> !name.isEmpty() && !names.contains(name) && !name.matches(GIVEN_BY_QEMU))
          .findFirst()
          .ifPresent(name -> none.put(option, name));
    }
    return none;
  }

  private static Stream<String> taken(GivenOption option) {
    PropertyList list = properties(option);
    Stream<Property> taking =
        list.all().stream()
            .filter(
                property ->
                    switch (option.name()) {
                      case "device" -> property.key().equals("drive");
                      // DRIVER.drive=NAME, or driver=DRIVER,property=drive,value=NAME
                      case "global" ->
                          property.lastKey().equals("drive")
                              || (property.key().equals("value")
                                  && list.get("property").equals("drive"));
                      case "machine", "M" -> OF_THE_BOARD.contains(property.key());
                      default -> false;
                    });
    return taking.map(Property::value);
  }

  private static PropertyList properties(GivenOption option) {
    return PropertyList.parse(option.value(), "driver");
  }
}
