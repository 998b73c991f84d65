package dev.marey.workbench.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;

/**
 * Everything worth knowing goes to {@link LogFile}, warnings to standard error too; what a person
 * should know is shown in the window or printed. The system property {@code marey.log.stderr} names
 * another level for standard error.
 *
 * <p>Logback finds it by its service file. Reading an XML file instead takes a quarter of the time
 * in which a session opens.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

  private static final int KEPT = 3;
  private static final long FILE_MEGABYTES = 5;

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    into(context, LogFile.path());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  static void into(LoggerContext context, Path path) {
    // A log that cannot be written is no reason to clutter a command's output.
    context.getStatusManager().add(new NopStatusListener());
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(file(context, path));
    root.addAppender(standardError(context));
    // Says "line out of bounds" for what guests commonly print.
    context.getLogger("com.techsenger.jeditermfx").setLevel(Level.OFF);
  }

  private static Appender<ILoggingEvent> file(LoggerContext context, Path path) {
    // Logback's patterns cannot have a percent sign that means itself.
    FileAppender<ILoggingEvent> appender =
        path.toString().contains("%") ? new FileAppender<>() : rolling(context, path);
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(path.toString());
    appender.setEncoder(
        encoder(context, "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0} [%thread] %msg%n"));
    appender.start();
    return appender;
  }

  private static FileAppender<ILoggingEvent> rolling(LoggerContext context, Path path) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(path.resolveSibling("marey.%i.log").toString());
    rolling.setMinIndex(1);
    rolling.setMaxIndex(KEPT);
    appender.setFile(path.toString());
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_MEGABYTES * FileSize.MB_COEFFICIENT));
    size.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    return appender;
  }

  private static Appender<ILoggingEvent> standardError(LoggerContext context) {
    ThresholdFilter filter = new ThresholdFilter();
    filter.setLevel(System.getProperty("marey.log.stderr", "WARN"));
    filter.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.addFilter(filter);
    appender.setEncoder(
        encoder(context, "%d{HH:mm:ss.SSS} %-5level %logger{0} [%thread] %msg%n%nopex"));
    appender.start();
    return appender;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }
}
