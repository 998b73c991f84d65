package dev.marey.snapshot.bundle;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.session.BundleMark;
import dev.marey.snapshot.store.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The session of a bundle in a folder of sessions: unpacked once, found again later. It is called
 * as the bundle's file is.
 *
 * @param session folder of the session
 * @param fresh whether it was unpacked now
 */
public record UnpackedBundle(Path session, boolean fresh) {

  /** Runs the guest of a bundle unless somebody wants another. */
  public static final String QEMU = "qemu-system-x86_64";

  private static final String ENDING = ".marey";
  private static final String UNFINISHED = ".unpacking";
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int CHUNK = 1 << 16;

  /** Whether a path is a file that begins as bundles do. */
  public static boolean isBundle(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    } catch (IOException e) {
      // whoever opens it will say why it cannot be read
      return false;
    }
  }

  /**
   * Finds or makes the session of a bundle.
   *
   * @param sessionsFolder made if it is not there
   * @param qemu the program that is to run the guest, as a person would write it
   * @throws SnapshotException if the bundle is damaged or refused; nothing of it is left then
   */
  public static UnpackedBundle of(Path bundle, Path sessionsFolder, String qemu, Turn turn)
      throws SnapshotException {
    Path sessions = sessionsFolder.toAbsolutePath().normalize();
    if (sessions.toString().contains(",")) {
      throw new SnapshotException(
          "Could not open the bundle "
              + bundle
              + ": the folder of the sessions, "
              + sessions
              + ", has a comma in its name, which QEMU's options cannot say. Name another with the"
              + " variable XDG_DATA_HOME.");
    }
    try {
      String digest = sha256(bundle, turn);
      Files.createDirectories(sessions);
      try (FileChannel channel =
              FileChannel.open(
                  sessions.resolve(UNFINISHED + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = tryLock(channel)) {
        if (lock == null) {
          throw new SnapshotException(
              "Could not open the bundle "
                  + bundle
                  + ": another one is being unpacked. Wait until it is done, then try again.");
        }
        return locked(bundle, digest, sessions, qemu, turn);
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("open the bundle", bundle, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static UnpackedBundle locked(
      Path bundle, String digest, Path sessions, String qemu, Turn turn)
      throws IOException, SnapshotException {
    String name = name(bundle);
    Path session = sessions.resolve(name);
    for (int i = 2; Files.exists(session); i++) {
      if (BundleMark.read(session).equals(Optional.of(digest))) {
        return new UnpackedBundle(session, false);
      }
      session = sessions.resolve(name + "-" + i);
    }
    Path unfinished = sessions.resolve(UNFINISHED);
    remove(unfinished);
    boolean done = false;
    try {
      BundleReader.unpack(bundle, Files.createDirectory(unfinished), qemu, turn);
      BundleMark.write(unfinished, digest);
      Files.move(unfinished, session, StandardCopyOption.ATOMIC_MOVE);
      done = true;
      DurableFiles.syncFolder(sessions);
      return new UnpackedBundle(session, true);
    } finally {
      if (!done) {
        remove(unfinished);
      }
    }
  }

  private static String name(Path bundle) {
    String file = String.valueOf(bundle.getFileName());
    String plain =
        (file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file)
            .replaceAll("[^\\p{L}\\p{N}._+-]", "_")
            .replaceFirst("^[.-]+", "");
    return plain.isEmpty() ? "bundle" : plain;
  }

  private static String sha256(Path bundle, Turn turn) throws IOException {
    MessageDigest digest = EntryReader.sha256();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(bundle)) {
      for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
        digest.update(chunk, 0, got);
        turn.at(0, 1);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What a crash or a failure left. */
  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
