package dev.marey.snapshot.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that the guest's command line names, as they were when the session was made: QEMU,
 * kernel, initrd, firmware, images. What has become of them is told when the session is opened.
 *
 * <pre>
 * {"files": [{"path": "/…/vmlinuz", "bytes": 8123456, "modified": 1767441600000, "sha256": "…"}]}
 * </pre>
 *
 * Of files over 256 MiB, such as images of disks, there is no hash: length and time of the last
 * change count. Of others the content counts. Immutable.
 */
public final class GuestFiles {

  private static final String NAME = "files";
  private static final long MOST_HASHED = 256L << 20;

  /**
   * A file at one time.
   *
   * @param modifiedMillis when it was last changed, since 1970
   * @param sha256 of its content; empty if it was too long
   */
  private record Seen(Path path, long bytes, long modifiedMillis, String sha256) {}

  private final List<Seen> files;
  private final Set<Path> images;

  private GuestFiles(List<Seen> files, GuestDefinition guest) {
    this.files = List.copyOf(files);
    this.images = imagesOf(guest);
  }

  /** Notes them in a new session. */
  static void save(SessionFolder folder) throws SnapshotException {
    ObjectNode json = SessionFolder.JSON.createObjectNode();
    ArrayNode array = json.putArray("files");
    for (Path path : named(folder.guest())) {
      try {
        Seen seen = look(path);
        ObjectNode entry = array.addObject();
        entry.put("path", OwnFiles.placed(path, folder.path())).put("bytes", seen.bytes());
        entry.put("modified", seen.modifiedMillis());
        if (!seen.sha256().isEmpty()) {
          entry.put("sha256", seen.sha256());
        }
      } catch (IOException e) {
        throw SnapshotException.ofFile("read the guest's file", path, e);
      }
    }
    folder.files().write(folder.path().resolve(NAME), NAME, SessionFolder.bytes(json));
  }

  /** As they were; none in a session that was made before they were noted. */
  public static GuestFiles read(SessionFolder folder) throws SnapshotException {
    List<Seen> files = new ArrayList<>();
    Path noted = folder.path().resolve(NAME);
    if (Files.exists(noted)) {
      try {
        for (JsonNode entry : SessionFolder.json(noted, NAME).path("files")) {
          files.add(
              new Seen(
                  OwnFiles.foundPath(entry.path("path").asText(), folder.path()),
                  entry.path("bytes").asLong(),
                  entry.path("modified").asLong(),
                  entry.path("sha256").asText()));
        }
      } catch (InvalidPathException e) {
        throw new DamagedFileException(noted, "its content makes no sense");
      }
    }
    return new GuestFiles(files, folder.guest());
  }

  /** What is not as it was, a few sentences each; reads only files that were touched since. */
  public List<String> changes() {
    List<String> changes = new ArrayList<>();
    for (Seen then : files) {
      try {
        if (!Files.exists(then.path())) {
          changes.add(
              "The guest's file "
                  + then.path()
                  + " is not there any more. Snapshots can be looked at; to let the guest run, put it"
                  + " back.");
        } else if (changed(then)) {
          changes.add(
              "The guest's file "
                  + then.path()
                  + " has changed since the session was made. "
                  + (images.contains(then.path())
                      ? "What the guest never wrote to this disk is read from it, so its snapshots"
                          + " are not what they were: put the old file back."
                      : "Snapshots can be looked at and go on with what they have in memory; a boot"
                          + " uses the new file."));
        }
      } catch (IOException e) {
        changes.add(
            SnapshotException.ofFile("look at the guest's file", then.path(), e).getMessage());
      }
    }
    return changes;
  }

  private static boolean changed(Seen then) throws IOException {
    boolean touched =
        Files.size(then.path()) != then.bytes()
            || Files.getLastModifiedTime(then.path()).toMillis() != then.modifiedMillis();
    if (!touched || then.sha256().isEmpty()) {
      return touched;
    }
    return !look(then.path()).sha256().equals(then.sha256());
  }

  private static Set<Path> imagesOf(GuestDefinition guest) {
    Set<Path> images = new LinkedHashSet<>();
    for (DiskDefinition disk : guest.disks()) {
      images.add(disk.image());
    }
    return images;
  }

  /** Every file that the definition names; its paths are absolute. */
  private static Set<Path> named(GuestDefinition guest) {
    Set<Path> paths = new LinkedHashSet<>(List.of(guest.qemu()));
    for (String argument : guest.arguments()) {
      for (String value : argument.split("[,=]", -1)) {
        addPath(value, paths);
      }
      // as it is, because commas and equal signs may be in its name
      addPath(argument, paths);
    }
    paths.addAll(imagesOf(guest));
    paths.removeIf(path -> !path.isAbsolute() || !Files.isRegularFile(path));
    return paths;
  }

  private static void addPath(String text, Set<Path> to) {
    if (text.startsWith("/") && text.indexOf('\0') < 0) {
      to.add(Path.of(text));
    }
  }

  private static Seen look(Path path) throws IOException {
    long bytes = Files.size(path);
    return new Seen(
        path,
        bytes,
        Files.getLastModifiedTime(path).toMillis(),
        bytes > MOST_HASHED ? "" : sha256(path));
  }

  private static String sha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 16];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
