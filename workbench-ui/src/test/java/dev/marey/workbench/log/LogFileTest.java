package dev.marey.workbench.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {

  @TempDir Path folder;

  @Test
  void theLogLiesInTheStateFolder() {
    assertThat(LogFile.path(Map.of(), Path.of("/home/me")))
        .isEqualTo(Path.of("/home/me/.local/state/marey/marey.log"));
    assertThat(LogFile.path(Map.of("XDG_STATE_HOME", "/state"), Path.of("/home/me")))
        .isEqualTo(Path.of("/state/marey/marey.log"));
  }

  /** Sabotage that fails it: no rolling policy, or a root level of DEBUG. */
  @Test
  void whatIsLoggedIsInTheFileAndAFullOneIsPutAside() throws Exception {
    Path log = folder.resolve("state (of me)/marey.log");
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    LogConfigurator.into(context, log);
    try {
      context.getLogger("dev.marey.Some").info("first");
      context.getLogger("dev.marey.Some").debug("not worth it");
      assertThat(Files.readString(log))
          .contains(" INFO  Some [")
          .contains("] first\n")
          .doesNotContain("worth");
      RollingFileAppender<ILoggingEvent> file =
          (RollingFileAppender<ILoggingEvent>)
              context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("file");
      file.rollover();
      context.getLogger("dev.marey.Some").warn("second");
      assertThat(Files.readString(log)).contains("] second\n").doesNotContain("first");
      assertThat(Files.readString(folder.resolve("state (of me)/marey.1.log"))).contains("first");
    } finally {
      context.stop();
    }
  }

  @Test
  void aFolderWithAPercentSignHasItsLogToo() throws Exception {
    Path log = folder.resolve("100%/marey.log");
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    LogConfigurator.into(context, log);
    try {
      context.getLogger("dev.marey.Some").info("first");
      assertThat(Files.readString(log)).contains("] first\n");
    } finally {
      context.stop();
    }
  }
}
