package dev.marey.snapshot.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that are sealed in order and say nothing that makes sense. */
final class NonsenseFilesTest {

  @TempDir Path temporary;

  @Test
  void aGuestsFileOfAnImpossibleNameKeepsNoSessionClosed() throws Exception {
    Path folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
    String json = "{\"files\": [{\"path\": \"/a\\u0000b\", \"bytes\": 1}]}";
    SealedFile.write(folder.resolve("files"), "files", json.getBytes(StandardCharsets.UTF_8));
    try (Session session = Session.open(folder)) {
      assertThat(session.problems())
          .containsExactly(
              "What the guest's files were is not known any more. Could not read the session ("
                  + folder.resolve("files")
                  + "): the file is damaged, its content makes no sense. Restore it from a backup;"
                  + " what does not need it still works.");
      assertThat(session.verify()).isEmpty();
    }
  }
}
