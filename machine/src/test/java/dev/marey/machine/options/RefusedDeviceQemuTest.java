package dev.marey.machine.options;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marey.machine.testing.Qemu10;
import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QEMU itself says which of its devices have a saved state, and which keep it from saving. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RefusedDeviceQemuTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("(?m)^name \"([^\"]+)\"");

  /** Why a device without a saved state under its own name is accepted. */
  private static final Map<String, String> ACCEPTED =
      Map.ofEntries(
          Map.entry(".*-x86_64-cpu", "a processor's state is saved as cpu"),
          Map.entry(
              "virtio-(blk|scsi|net|serial|keyboard|mouse|tablet|multitouch|gpu|rng|iommu|crypto|sound)-pci.*",
              "the virtio device inside saves the PCI side too"),
          Map.entry("virtconsole|virtserialport", "saved by virtio-serial"),
          Map.entry("i82.*", "a network card of the eepro100 family saves itself by its own name"),
          Map.entry("isa-ide|piix[34]-ide", "saves itself as ide"),
          Map.entry("ide-(hd|cd|cf)", "saved by the controller"),
          Map.entry("floppy", "saved by isa-fdc"),
          Map.entry("ipmi-bmc-(sim|extern)|isa-ipmi-(bt|kcs)", "saves itself by its own name"),
          Map.entry("pxb|pxb-pcie", "has no registers; the bridge behind it saves its own"),
          Map.entry("sga", "only brings a ROM"),
          Map.entry("loader|guest-loader", "writes RAM before the start and is done"),
          Map.entry("isa-debug-exit|isa-debugcon|pvpanic", "takes what is written, keeps nothing"));

  @TempDir Path folder;

  private static String output(List<String> words, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Devices that {@code -device} takes. */
  private static Set<String> devices() throws IOException {
    Set<String> names =
        NAME.matcher(output(List.of("qemu-system-x86_64", "-device", "help"), Map.of()))
            .results()
            .map(match -> match.group(1))
            .collect(toCollection(TreeSet::new));
    assertThat(names).hasSizeGreaterThan(300);
    return names;
  }

  private JsonNode savedStates() throws IOException {
    Path file = folder.resolve("vmstate.json");
    String said =
        output(
            List.of("qemu-system-x86_64", "-M", "pc", "-dump-vmstate", file.toString()), Map.of());
    JsonNode states = JSON.readTree(file.toFile());
    assertThat(states.size()).as(said).isGreaterThan(150);
    return states;
  }

  private static boolean isRefused(String device) {
    return RefusedDevice.find(device).isPresent();
  }

  private static boolean isAcceptedForAReason(String device) {
    return ACCEPTED.keySet().stream().anyMatch(device::matches);
  }

  private static boolean isRefusedWith(String device, String what) {
    return RefusedDevice.find(device).filter(row -> row.what().equals(what)).isPresent();
  }

  @Test
  void everyDeviceWithoutASavedStateIsRefusedOrAcceptedForAReason() throws IOException {
    JsonNode states = savedStates();
    assertThat(devices())
        .filteredOn(device -> !states.has(device) && !isRefused(device))
        .allMatch(RefusedDeviceQemuTest::isAcceptedForAReason);
  }

  @Test
  void devicesSaidToHaveNoSavedStateHaveNone() throws IOException {
    JsonNode states = savedStates();
    assertThat(devices())
        .filteredOn(device -> isRefusedWith(device, RefusedDevice.NO_STATE))
        .contains("ati-vga", "ramfb", "isa-applesmc", "adlib", "edu", "pc-testdev", "pci-testdev")
        .allMatch(device -> !states.has(device));
  }

  @Test
  void everyDeviceWhoseSavedStateIsEmptyIsRefused() throws IOException {
    JsonNode states = savedStates();
    // a state without fields is how QEMU marks what cannot be saved
    assertThat(devices())
        .filteredOn(
            device ->
                states.path(device).has("Description")
                    && !states.path(device).path("Description").has("Fields"))
        .contains("nvme", "usb-net")
        .allMatch(RefusedDeviceQemuTest::isRefused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ufs", "i2c-echo"})
  void devicesThatOnlyQemu10HasAreRefusedByTheirNames(String device) throws IOException {
    assertThat(isRefused(device)).isTrue();
    Qemu10 qemu = TestGuests.qemu10();
    // its list of all devices cannot be had where the installed QEMU has modules that it lacks
    assertThat(
            output(
                List.of(qemu.binary().toString(), "-device", device + ",help"), qemu.environment()))
        .contains(device + " options:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvme",
        "usb-net",
        "usb-audio",
        "usb-serial",
        "usb-braille",
        "usb-uas",
        "usb-wacom-tablet",
        "usb-mtp",
        "amd-iommu",
        "rocker",
        "hv-syndbg"
      })
  void devicesThatKeepQemuFromSavingAreRefused(String device) throws IOException {
    assertThat(isRefused(device)).isTrue();
    String machine = "-M q35 -nodefaults -display none -only-migratable -device qemu-xhci -device ";
    List<String> words = new ArrayList<>(List.of("qemu-system-x86_64"));
    words.addAll(List.of((machine + device).split(" ")));
    assertThat(output(words, Map.of())).contains("Device " + device + " is not migratable");
  }
}
