package dev.marey.machine.options;

import dev.marey.machine.PortForward;
import dev.marey.machine.options.PropertyList.Property;
import java.util.List;
import java.util.Optional;

/** Judges -netdev, -nic and -net. */
final class NetworkJudge {

  private static final String ONE_HOLDER =
      "one QEMU alone can hold this network of the host, and Marey keeps a second one warm.";
  private static final String USE_USER = "Use user networking: ";

  private NetworkJudge() {}

  static void judge(GuestDraft draft, GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "type");
    String type = list.get("type");
    if (type.startsWith("vhost") || list.isNotOff("vhost") || list.isNotOff("vhostforce")) {
      draft.refuse(
          option,
          "vhost writes guest RAM past what Marey watches.",
          USE_USER
              + option.dashed()
              + " user"
              + (option.name().equals("netdev") ? ",id=ID." : "."));
      return;
    }
    switch (type) {
      case "user" -> user(draft, option, list);
      case "none", "hubport" -> draft.keep(option);
      case "nic" -> {
        if (option.name().equals("net")) {
          draft.keep(option);
        } else {
          draft.refuse(option, "there is no network backend 'nic'.", "Write -nic user.");
        }
      }
      case "help", "?" ->
          draft.refuse(option, "it makes QEMU print something and end.", "Remove it.");
      default ->
          draft.refuse(
              option,
              ONE_HOLDER,
              USE_USER
                  + option.dashed()
                  + " user"
                  + (option.name().equals("netdev") ? ",id=ID." : "."));
    }
  }

  private static void user(GuestDraft draft, GivenOption option, PropertyList list) {
    if (list.find("smb").isPresent()
        || list.all().stream().anyMatch(property -> isRule(property, "guestfwd"))) {
      draft.refuse(
          option,
          "smb and guestfwd start programs beside QEMU, whose state does not go back with the guest.",
          "Remove them; tftp=FOLDER gives the guest files to read.");
      return;
    }
    List<String> rules =
        list.all().stream()
            .filter(property -> isRule(property, "hostfwd"))
            .map(Property::value)
            .toList();
    PropertyList kept =
        list.map(
            property ->
                isRule(property, "hostfwd") ? Optional.empty() : Optional.of(property.value()));
    if (!rules.isEmpty()) {
      String id = list.find("id").isPresent() ? list.get("id") : "marey.net" + draft.networks++;
      kept = kept.with("id", id);
      for (String rule : rules) {
        draft.portForwards.add(new PortForward(id, rule));
      }
    }
    draft.keep(option, list, PathProperty.absolute(draft, option, "user", kept), "type");
  }

  /** Plain {@code hostfwd=RULE}, or in JSON a list whose items have it as {@code str}. */
  private static boolean isRule(Property property, String key) {
    return property.key().equals(key) || property.key().startsWith(key + ".");
  }
}
