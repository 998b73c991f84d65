package dev.marey.workbench.testing;

import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.start.Beginning;
import dev.marey.workbench.start.PasteCheck;
import dev.marey.workbench.start.RecentSession;
import dev.marey.workbench.start.Sessions;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Path;
import java.util.List;

/** Has one session to open. */
public record OneSession(OpenSession session) implements Sessions {

  @Override
  public List<RecentSession> recent() {
    return List.of();
  }

  @Override
  public void delete(Path folder) {}

  @Override
  public OpenSession demo(Progress progress) {
    return session;
  }

  @Override
  public OpenSession start(String commandLine, Progress progress) {
    return session;
  }

  @Override
  public OpenSession boot(Beginning.Boot wanted, Progress progress) {
    return session;
  }

  @Override
  public OpenSession resume(Path folder, Progress progress) {
    return session;
  }

  @Override
  public OpenSession importStream(Path stream, String commandLine, Progress progress) {
    return session;
  }

  @Override
  public PasteCheck check(String commandLine) {
    return new PasteCheck(List.of(), List.of());
  }
}
