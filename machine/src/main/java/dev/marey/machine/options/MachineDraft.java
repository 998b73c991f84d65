package dev.marey.machine.options;

import dev.marey.machine.options.PropertyList.Property;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges the board: machine type, accelerator, processor, RAM.
 *
 * <p>Threading: one thread, the reader of the line.
 */
final class MachineDraft {

  private static final String NEEDS_TCG = "Marey watches guests that run with TCG only.";
  private static final Set<String> OTHER_ACCELERATORS =
      Set.of("kvm", "xen", "hax", "hvf", "nvmm", "whpx", "nitro", "mshv");
  private static final Set<String> OTHER_TYPES =
      Set.of("none", "x-remote", "xenpv", "xenfv", "xenpvh", "nitro-enclave");

  private final Map<String, String> properties = new LinkedHashMap<>();
  private String type = "";
  private String accelerator = "tcg";
  private OptionalLong ownSize = OptionalLong.empty();
  private OptionalLong sizeOfMachine = OptionalLong.empty();

  String type() {
    return type;
  }

  /** Properties of the board, as they stand in a -machine value behind the type. */
  String options() {
    return properties.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().replace(",", ",,"))
        .collect(Collectors.joining(","));
  }

  String accelerator() {
    return accelerator;
  }

  long ramBytes() {
    return ownSize.orElse(sizeOfMachine.orElse(RamSize.DEFAULT_BYTES));
  }

  void property(String key, String value) {
    properties.put(key, value);
  }

  void machine(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "type");
    for (Property property : PathProperty.absolute(draft, option, "", list).all()) {
      String value = property.value();
      switch (property.key()) {
        case "type" -> type(draft, option, value);
        case "accel" -> {
          if (!value.equals("tcg")) {
            draft.refuse(option, NEEDS_TCG, "Write accel=tcg, or leave accel out.");
          }
        }
        case "memory-backend" ->
            draft.refuse(
                option,
                "guest RAM is Marey's own memory: that is how it is captured.",
                "Remove memory-backend and give the size with -m.");
        case "nvdimm" -> {
          if (isOn(value)) {
            draft.refuse(
                option, "an nvdimm is memory beside the RAM Marey captures.", "Remove nvdimm.");
          }
        }
        case "memory-encryption", "confidential-guest-support" ->
            draft.refuse(
                option, "encrypted memory cannot be captured.", "Remove " + property.key() + ".");
        case "memory.size" ->
            // for QEMU too -m counts more, wherever it stands
            sizeOfMachine = size(draft, option, value, "B");
        case "memory.max-size", "memory.slots" ->
            plugged(
                draft, option, "Give the size alone: -m " + list.find("memory.size").orElse("1G"));
        case "dumpdtb" -> draft.refuse(option, RefusedDevice.PRINTS, "Remove dumpdtb.");
        default -> {
          boolean beside =
              property.key().startsWith("sgx-epc")
                  || property.key().startsWith("cxl-fmw")
                  || (property.key().equals("cxl") && isOn(value));
          if (beside) {
            draft.refuse(
                option,
                "the property " + property.key() + " adds memory beside the RAM Marey captures.",
                "Remove it.");
          } else {
            properties.put(property.key(), value);
          }
        }
      }
    }
  }

  private void type(GuestDraft draft, GivenOption option, String value) {
    if (value.equals("help") || value.equals("?")) {
      draft.refuse(option, RefusedDevice.PRINTS, "Name a machine type: pc.");
    } else if (OTHER_TYPES.contains(value)) {
      draft.refuse(
          option,
          "the machine type " + value + " has no RAM that Marey could provide.",
          "Use pc, q35 or microvm.");
    } else {
      type = value;
    }
  }

  void accelerator(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "accel");
    String name = list.get("accel");
    if (name.equals("tcg")) {
      accelerator = list.toText("accel");
    } else if (OTHER_ACCELERATORS.contains(name)) {
      draft.refuse(option, NEEDS_TCG, "Remove it, or write -accel tcg.");
    } else {
      draft.refuse(
          option,
          "there is no accelerator of this name for Marey. " + NEEDS_TCG,
          "Remove it, or write -accel tcg.");
    }
  }

  void processor(GuestDraft draft, GivenOption option) {
    String model = PropertyList.parse(option.value(), "model").get("model");
    if (model.equals("host")) {
      draft.refuse(
          option,
          "the host's own processor can be given to a guest by KVM only.",
          "Write -cpu max, or the name of a model.");
    } else if (model.equals("help") || model.equals("?")) {
      draft.refuse(option, "it makes QEMU print something and end.", "Name a model: qemu64.");
    } else {
      draft.keep(option);
    }
  }

  void memory(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "size");
    if (list.find("maxmem").isPresent() || list.find("slots").isPresent()) {
      plugged(draft, option, "Give the size alone: -m " + list.find("size").orElse("1G"));
    } else {
      list.find("size").ifPresent(size -> ownSize = size(draft, option, size, "M"));
    }
  }

  private static void plugged(GuestDraft draft, GivenOption option, String remedy) {
    draft.refuse(
        option,
        "RAM that is plugged in later would lie beside the RAM Marey captures.",
        remedy + ".");
  }

  private static OptionalLong size(
      GuestDraft draft, GivenOption option, String size, String defaultUnit) {
    OptionalLong bytes = RamSize.parse(size, defaultUnit);
    if (bytes.isEmpty()) {
      draft.refuse(option, "this is no size.", "Write a number with M or G, up to 4096G: -m 512M.");
    }
    return bytes;
  }

  private static boolean isOn(String value) {
    return PropertyList.parse("", "").with("it", value).isNotOff("it");
  }
}
