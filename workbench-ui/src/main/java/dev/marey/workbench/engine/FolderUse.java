package dev.marey.workbench.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * How much the files of a folder take, and when the last of them was written. What goes while it is
 * looked at, because another process works there, or may not be seen, does not count.
 *
 * @param lastUsed the folder's own time if nothing in it is newer
 */
record FolderUse(long bytes, Instant lastUsed) {

  private static final class Sum extends SimpleFileVisitor<Path> {
    private long bytes;
    private long last;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        bytes += attributes.size();
        last = Math.max(last, attributes.lastModifiedTime().toMillis());
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  /** Of a folder; nothing if it is none. */
  static FolderUse of(Path folder) throws IOException {
    Sum sum = new Sum();
    sum.last = folder.toFile().lastModified();
    Path unused = Files.walkFileTree(folder, sum);
    return new FolderUse(sum.bytes, Instant.ofEpochMilli(sum.last));
  }
}
