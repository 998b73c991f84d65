package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionFolderErrorsTest {

  @TempDir Path temporary;

  @Test
  void aFolderThatIsMissingOrNoSessionIsNamed() throws Exception {
    Path missing = temporary.resolve("missing");
    assertThatThrownBy(() -> Session.open(missing))
        .hasMessage(
            "Could not open the session " + missing + ": it does not exist. Check the path.");
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> Session.open(file))
        .hasMessage("Could not open the session " + file + ": it is not a folder. Check the path.");
    Path other = Files.createDirectory(temporary.resolve("other"));
    assertThatThrownBy(() -> Session.open(other))
        .hasMessage(
            "Could not open the session "
                + other
                + ": this folder is not a session of Marey (it has no file 'session'). Check the"
                + " path.");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void aSessionIsNotMadeOverSomethingElse() throws Exception {
    Path full = Files.createDirectory(temporary.resolve("full"));
    Files.writeString(full.resolve("letter"), "Dear");
    assertThatThrownBy(() -> Session.create(full, SmallSession.guest(4)))
        .hasMessage(
            "Could not create a session in "
                + full
                + ": the folder is not empty. Choose another one.");
    Path session = temporary.resolve("session");
    Session.create(session, SmallSession.guest(4)).close();
    assertThatThrownBy(() -> Session.create(session, SmallSession.guest(4)))
        .hasMessage(
            "Could not create a session in "
                + session
                + ": there is one already. Open it, or choose another folder.");
  }

  @Test
  void aSessionOpenInThisProgramIsInUseAndStaysLocked() throws Exception {
    Path folder = temporary.resolve("session");
    try (Session open = Session.create(folder, SmallSession.guest(4))) {
      assertThatThrownBy(() -> Session.open(folder))
          .hasMessage(
              "Could not open the session "
                  + folder
                  + ": it is in use by this program. Close it there, then try again.");
      assertThat(open.timeline().nodes()).isEmpty();
    }
    Session.open(folder).close();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() {
    Path unwritable = Path.of("/proc/marey-session");
    assertThatThrownBy(() -> Session.create(unwritable, SmallSession.guest(4)))
        .isInstanceOf(SnapshotException.class)
        .hasMessage(
            "Could not create a session (/proc/marey-session): it does not exist. Check the"
                + " path.");
  }

  /** As on a full disk: room can only be made in a session that opens. */
  @Test
  void aSessionWhoseOwnerCannotBeNotedIsOpenedAndLockedAllTheSame() throws Exception {
    Path folder = temporary.resolve("session");
    Session.create(folder, SmallSession.guest(4)).close();
    Files.createSymbolicLink(folder.resolve("owner"), temporary.resolve("nowhere/owner"));
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      for (int tries = 0; tries < 2; tries++) {
        assertThatThrownBy(() -> Session.open(folder))
            .hasMessageContaining("it is in use by this program");
      }
    }
    Session.open(folder).close();
  }

  @Test
  void failedFileOperationsAreToldInPlainWords() {
    assertThat(message("Permission denied"))
        .isEqualTo(
            "Could not write (/x): permission was denied. Check the owner and permissions of the"
                + " folder.");
    assertThat(message("Read-only file system"))
        .isEqualTo(
            "Could not write (/x): the file system is read-only. Copy the session to a writable"
                + " place.");
    assertThat(message("No space left on device"))
        .isEqualTo(
            "Could not write (/x): the disk is full. Free some space and try again; what was"
                + " stored before is not affected.");
    assertThat(message("No such file or directory"))
        .isEqualTo("Could not write (/x): it does not exist. Check the path.");
    assertThat(message("Input/output error"))
        .isEqualTo("Could not write (/x): Input/output error. Check the disk.");
  }

  private static String message(String cause) {
    return SnapshotException.ofFile("write", Path.of("/x"), new IOException(cause)).getMessage();
  }

  @Test
  void aSessionOfANewerFormatIsRefused() throws Exception {
    Path folder = temporary.resolve("session");
    Session.create(folder, SmallSession.guest(4)).close();
    Path file = folder.resolve("session");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(16, 7);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 24);
    crc.update(bytes, 28, bytes.length - 28);
    ByteBuffer.wrap(bytes).putInt(24, (int) crc.getValue());
    Files.write(file, bytes);
    assertThatThrownBy(() -> Session.open(folder))
        .hasMessage(
            "Could not read the session ("
                + file
                + "): it was written by a newer Marey (format 7, this one knows 1). Open it with"
                + " that version.");
  }
}
