package dev.marey.machine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparedGuestsTest {

  @TempDir Path home;

  @Test
  void guestsAreFoundInTheHomeFoldersCacheUnderTheNameThatStays() throws Exception {
    Path prepared = prepare(home.resolve(".cache/marey/guests/0123"));
    Files.createSymbolicLink(prepared.resolveSibling("current"), Path.of("0123"));

    PreparedGuests guests = PreparedGuests.find(Map.of("HOME", home.toString()), Path.of("/none"));

    assertThat(guests.folder()).isEqualTo(prepared.toRealPath());
    assertThat(guests.demoCommandLine(256))
        .startsWith("qemu-system-x86_64", "-m", "256M", "-kernel", prepared + "/demo/vmlinuz");
    assertThat(guests.bareMetalCommandLine(64)).contains(prepared + "/bare-metal/bare-metal.elf");
  }

  @Test
  void theCacheFolderFollowsXdgCacheHomeAndWithoutAnyVariableTheUsersHome() {
    assertThat(PreparedGuests.cacheFolder(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h"), home))
        .isEqualTo(Path.of("/c/marey"));
    assertThat(PreparedGuests.cacheFolder(Map.of("XDG_CACHE_HOME", "", "HOME", "/h"), home))
        .isEqualTo(Path.of("/h/.cache/marey"));
    assertThat(PreparedGuests.cacheFolder(Map.of(), home)).isEqualTo(home.resolve(".cache/marey"));
  }

  @Test
  void aFolderNamedByTheEnvironmentComesFirst() throws Exception {
    Path prepared = prepare(home.resolve("elsewhere"));

    assertThat(PreparedGuests.find(Map.of("MAREY_GUESTS", prepared.toString()), home).folder())
        .isEqualTo(prepared.toRealPath());
  }

  @Test
  void missingGuestsAreNamedTogetherWithTheCommandThatPreparesThem() throws Exception {
    String message =
        "The demo and test guests were looked for in "
            + home
            + "/.cache/marey/guests/current and are not there. Prepare them with: ./marey guests";
    assertThatThrownBy(() -> PreparedGuests.find(Map.of(), home))
        .isInstanceOf(MachineException.class)
        .hasMessage(message);

    Files.delete(prepare(home.resolve(".cache/marey/guests/current")).resolve("demo/initrd"));

    assertThatThrownBy(() -> PreparedGuests.find(Map.of(), home))
        .isInstanceOf(MachineException.class)
        .hasMessage(message);
  }

  private static Path prepare(Path folder) throws IOException {
    for (String file : new String[] {"demo/vmlinuz", "demo/initrd", "bare-metal/bare-metal.elf"}) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.createFile(folder.resolve(file));
    }
    return folder;
  }
}
