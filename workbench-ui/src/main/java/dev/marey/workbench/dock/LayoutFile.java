package dev.marey.workbench.dock;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers a layout in a JSON file. A file that cannot be read or written costs the memory, never
 * the start.
 *
 * <p>Threading: fx.
 */
public final class LayoutFile {

  private static final Logger LOG = LoggerFactory.getLogger(LayoutFile.class);

  private final Path file;
  private final ObjectMapper json = new ObjectMapper();

  public LayoutFile(Path file) {
    this.file = file;
  }

  /** The remembered layout, if there is a readable one. */
  public Optional<DockLayout> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.readValue(file.toFile(), DockLayout.class));
    } catch (IOException e) {
      LOG.warn("layout in {} cannot be read, going on with the standard one", file, e);
      return Optional.empty();
    }
  }

  public void write(DockLayout layout) {
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      Path temporary = Files.createTempFile(folder, "layout", ".tmp");
      Files.write(temporary, json.writerFor(DockLayout.class).writeValueAsBytes(layout));
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("layout cannot be written to {}", file, e);
    }
  }
}
