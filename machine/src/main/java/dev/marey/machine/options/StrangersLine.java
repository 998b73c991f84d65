package dev.marey.machine.options;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.options.PropertyList.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a line that came with somebody else's file may do on this machine: have a guest of its own
 * files, and nothing of this machine's. It is stricter than {@link CommandLine}, which trusts the
 * person who typed the line.
 */
public final class StrangersLine {

  private static final Set<String> REACHING =
      Set.of(
          "D",
          "d",
          "dfilter",
          "cdrom",
          "L",
          "plugin",
          "perfmap",
          "jitdump",
          "iscsi",
          "trace",
          "fda",
          "fdb",
          "hda",
          "hdb",
          "hdc",
          "hdd",
          "mtdblock",
          "sd",
          "pflash");
  private static final Set<String> OBJECTS =
      Set.of("iothread", "rng-builtin", "rng-random", "throttle-group", "can-bus");
  private static final Set<String> DRIVERS = Set.of("raw", "file", "null-co");
  private static final Set<String> NETWORKS = Set.of("user", "none", "nic", "hubport");

  /** Begins what stands for a socket or folder of Marey's, which only Marey writes. */
  private static final String MAREYS = "{marey.";

  private static final String OWN = "\0/";

  private final String folder;
  private final List<String> problems = new ArrayList<>();

  private StrangersLine(String folder) {
    this.folder = folder + "/";
  }

  /**
   * What keeps the line from being used, a clause each, without full stop.
   *
   * @param words options and their values, without the program
   * @param folder where the files are that came with it: the only ones it may name
   */
  public static List<String> problems(List<String> words, String folder) {
    StrangersLine line = new StrangersLine(folder);
    for (GivenOption option : CarriedLine.options(words)) {
      line.judge(option);
      line.check(option, !option.value().replace(folder, "").contains(MAREYS));
    }
    return List.copyOf(line.problems);
  }

  /** The same of a line that was judged: its relative paths are known now. */
  public static List<String> problems(GuestDefinition guest, String folder) {
    StrangersLine line = new StrangersLine(folder);
    for (GivenOption option : CarriedLine.options(guest.arguments())) {
      line.judge(option);
    }
    line.judge(new GivenOption("machine", guest.machineOptions(), 0, 0));
    for (DiskDefinition disk : guest.disks()) {
      String image = disk.image().toString();
      line.check(new GivenOption("drive", "file=" + image, 0, 0), line.isCarried(image));
    }
    return List.copyOf(line.problems);
  }

  private static boolean isKnown(String option) {
    return OptionTable.find(option).isPresent();
  }

  private void judge(GivenOption option) {
    PropertyList list = PropertyList.parse(option.value(), "");
    switch (option.name()) {
      case "append" -> {
        // the guest's own words
      }
      case "object" -> {
        PropertyList object = PropertyList.parse(option.value(), "qom-type");
        check(option, OBJECTS.contains(object.get("qom-type")));
        paths(option, option.value().replaceAll("filename=/dev/u?random(,|$)", ""));
      }
      case "netdev", "nic", "net" -> {
        check(option, NETWORKS.contains(PropertyList.parse(option.value(), "type").get("type")));
        check(
            option,
            list.all().stream()
                .noneMatch(property -> property.key().matches("smb|(guest|host)fwd(\\..*)?")));
        paths(option, option.value());
      }
      case "drive", "blockdev" -> disk(option, list);
      default -> {
        check(option, isKnown(option.name()) && !REACHING.contains(option.name()));
        paths(option, option.value());
      }
    }
  }

  private void disk(GivenOption option, PropertyList given) {
    PropertyList list =
        option.name().equals("blockdev") ? PropertyList.parse(option.value(), "driver") : given;
    boolean served = list.get("server.path").equals(GuestDefinition.DISK_SOCKET);
    // QEMU would look into a file whose format is not given, and go where that says
    boolean inAFile = list.find("file").isPresent() && option.name().equals("drive");
    check(option, !inAFile || list.find("format").or(() -> list.find("driver")).isPresent());
    for (Property property : list.all()) {
      String value = property.value();
      boolean node = option.name().equals("blockdev") && property.key().equals("file");
      check(
          option,
          switch (property.lastKey()) {
            case "driver", "format" -> DRIVERS.contains(value) || (served && value.equals("nbd"));
            case "file", "filename" -> node ? !value.matches(".*[:/].*") : isCarried(value);
            default -> true;
          });
    }
    paths(option, option.value());
  }

  private boolean isCarried(String path) {
    return path.startsWith(folder) && isFile(path.substring(folder.length()));
  }

  private static boolean isFile(String name) {
    return !name.contains("/") && !name.startsWith(".");
  }

  /** No path of this machine, wherever it stands, as it is written and as QEMU reads it. */
  private void paths(GivenOption option, String value) {
    checkPaths(option, value);
    for (Property property : PropertyList.parse(value, "").all()) {
      checkPaths(option, property.value());
    }
  }

  private void checkPaths(GivenOption option, String text) {
    // the folder's own path may have any of these characters
    for (String piece : text.replace(folder, OWN).split("[,=:;\\[\\]\" ]", -1)) {
      boolean own = piece.startsWith(OWN);
      check(
          option,
          own
              ? isFile(piece.substring(OWN.length()))
              : !piece.startsWith("/") && !piece.startsWith(".."));
    }
  }

  private void check(GivenOption option, boolean harmless) {
    String what = option.whole() + " reaches beyond the guest and the files that come with it";
    if (!harmless && !problems.contains(what)) {
      problems.add(what);
    }
  }
}
