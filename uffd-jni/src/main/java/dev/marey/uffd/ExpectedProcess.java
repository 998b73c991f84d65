package dev.marey.uffd;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The process that the agent is meant for.
 *
 * @param pid of the process that has been started
 * @param executable the program it is meant to be; an absolute path, may be a symbolic link
 */
public record ExpectedProcess(long pid, Path executable) {

  public ExpectedProcess {
    if (!executable.isAbsolute()) {
      throw new IllegalArgumentException("executable is not an absolute path: " + executable);
    }
  }

  boolean isRunning() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  boolean is(AgentGreeting greeting) {
    return greeting.pid() == pid && greeting.executable().equals(real());
  }

  private Path real() {
    try {
      return executable.toRealPath();
    } catch (IOException e) {
      return executable;
    }
  }
}
