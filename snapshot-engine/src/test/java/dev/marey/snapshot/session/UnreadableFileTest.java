package dev.marey.snapshot.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A file that the disk does not give is told from one that is not what was written. */
final class UnreadableFileTest {

  private static final Path FILE = Path.of("/s/nodes/S1.node");

  @Test
  void aBadSectorIsNamed() {
    IOException cause = new IOException("Input/output error");
    DamagedFileException unreadable = DamagedFileException.unreadable(FILE, cause);
    assertThat(unreadable)
        .hasMessage(
            "Could not read the session (/s/nodes/S1.node): Input/output error. Check the disk, or"
                + " restore the file from a backup; what does not need it still works.")
        .hasCause(cause);
    assertThat(unreadable.what()).isEqualTo("S1.node cannot be read: Input/output error");
    assertThat(unreadable.remedy()).isEqualTo("check the disk, or restore the file from a backup");
    assertThat(unreadable.isUnreadable()).isTrue();
  }

  /** The message of that exception is the path alone. */
  @Test
  void aMissingPermissionIsNamed() {
    DamagedFileException unreadable =
        DamagedFileException.unreadable(FILE, new AccessDeniedException(FILE.toString()));
    assertThat(unreadable)
        .hasMessage(
            "Could not read the session (/s/nodes/S1.node): permission was denied. Check its owner"
                + " and permissions; what does not need it still works.");
    assertThat(unreadable.what()).isEqualTo("S1.node cannot be read: permission was denied");
    assertThat(unreadable.remedy()).isEqualTo("check its owner and permissions");
  }

  @Test
  void aDamagedOneIsRestored() {
    DamagedFileException damaged = new DamagedFileException(FILE, "its checksum is wrong");
    assertThat(damaged)
        .hasMessage(
            "Could not read the session (/s/nodes/S1.node): the file is damaged, its checksum is"
                + " wrong. Restore it from a backup; what does not need it still works.");
    assertThat(damaged.what()).isEqualTo("S1.node is damaged: its checksum is wrong");
    assertThat(damaged.remedy()).isEqualTo("restore the file from a backup");
    assertThat(damaged.isUnreadable()).isFalse();
  }
}
