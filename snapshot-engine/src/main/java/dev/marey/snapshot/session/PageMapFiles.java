package dev.marey.snapshot.session;

import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageMapBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page maps of a session's nodes. Each is kept as its difference from the map of the node it
 * descends from, as long as reading the whole chain costs no more than a whole map would.
 *
 * <pre>
 *  0  pages of the guest     u32
 *  4  number of the node that this one is based on, 0 for none   u32
 *  8  changes in the chain up to here                            u32
 * 12  changes in this file   u32
 * 16  per change: pages skipped since the change before, then twice the distance of its reference
 *     from the reference before plus one (sign in the lowest bit); both LEB128
 * </pre>
 *
 * The map of a deleted node stays for as long as another is based on it.
 *
 * <p>Threading: any (lock: this).
 */
public final class PageMapFiles {

  private static final int HEADER_BYTES = 16;
  private static final int SHORT_CHAIN = 1 << 16;

  /** How long a disk is, is known from its maps alone. */
  private static final int ANY_COUNT = 0;

  private record Delta(int pages, int base, int chain, int changes, ByteBuffer body) {}

  private final CountedFiles files;
  private final Path folder;
  private final String ending;
  private final int pageCount;
  private final Map<NodeId, SoftReference<PageMap>> known = new HashMap<>();

  /** Numbers of nodes and of those that they are based on, as far as that was read. */
  private final Map<Integer, Integer> bases = new HashMap<>();

  private PageMapFiles(SessionFolder session, String ending, int pageCount) {
    this.files = session.files();
    this.folder = session.path().resolve("nodes");
    this.ending = ending;
    this.pageCount = pageCount;
  }

  /** The maps of the nodes' RAM. */
  public static PageMapFiles ofRam(SessionFolder session) {
    return new PageMapFiles(session, ".map", session.pageCount());
  }

  /**
   * The maps of one of the nodes' disks.
   *
   * @param name the disk's name, such as {@code disk0}
   */
  public static PageMapFiles ofDisk(SessionFolder session, String name) {
    return new PageMapFiles(session, "." + name + ".map", ANY_COUNT);
  }

  private Path file(NodeId id) {
    return folder.resolve(id + ending);
  }

  /**
   * Writes a node's map; durable when it returns.
   *
   * @param parent complete node to base it on if that is shorter
   * @return greatest reference in the map
   */
  public synchronized int save(NodeId id, PageMap map, Optional<NodeId> parent)
      throws SnapshotException {
    int[] stored = new int[2];
    map.forEachStored(
        (page, ref) -> {
          stored[0]++;
          stored[1] = Math.max(stored[1], ref);
        });
    PageMap base = PageMap.empty(map.pageCount());
    int baseNumber = 0;
    int chain = 0;
    if (parent.isPresent()) {
      try {
        int parentChain = read(parent.get()).chain;
        PageMap parentMap = load(parent.get());
        int changes = parentMap.differenceCount(map);
        if (parentChain + changes <= Math.max(stored[0] * 2L, SHORT_CHAIN)) {
          base = parentMap;
          baseNumber = parent.get().number();
          chain = parentChain;
        }
      } catch (DamagedFileException e) {
        // The new map does not depend on the old one: it is written whole.
        chain = 0;
      }
    }
    files.write(file(id), "map", encode(base, map, baseNumber, chain));
    known.put(id, new SoftReference<>(map));
    bases.put(id.number(), baseNumber);
    return stored[1];
  }

  private static byte[] encode(PageMap base, PageMap map, int baseNumber, int chain) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int[] last = {-1, 0, 0};
    base.forEachDifference(
        map,
        (page, before, ref) -> {
          leb128(body, page - last[0] - 1);
          int distance = ref - last[1] - 1;
          leb128(body, (distance << 1) ^ (distance >> 31));
          last[0] = page;
          last[1] = ref;
          last[2]++;
        });
    ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + body.size());
    file.putInt(map.pageCount()).putInt(baseNumber).putInt(chain + last[2]).putInt(last[2]);
    file.put(body.toByteArray());
    return file.array();
  }

  private static void leb128(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static int leb128(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** The page map of a node, deleted ones that others need included. */
  public synchronized PageMap load(NodeId id) throws SnapshotException {
    return load(id, true);
  }

  /** The same, from the files alone. */
  public synchronized PageMap readBack(NodeId id) throws SnapshotException {
    return load(id, false);
  }

  private PageMap load(NodeId id, boolean useKnown) throws SnapshotException {
    Deque<Delta> chain = new ArrayDeque<>();
    Deque<NodeId> ids = new ArrayDeque<>();
    NodeId at = id;
    PageMap map = useKnown ? cached(at) : null;
    while (map == null) {
      Delta delta = read(at);
      chain.push(delta);
      ids.push(at);
      if (delta.base == 0) {
        map = PageMap.empty(delta.pages);
      } else if (delta.base >= at.number()) {
        throw new DamagedFileException(file(at), "it is based on a later node");
      } else {
        at = new NodeId(delta.base);
        map = useKnown ? cached(at) : null;
      }
    }
    while (!chain.isEmpty()) {
      NodeId next = ids.pop();
      map = apply(map, chain.pop(), file(next));
      known.put(next, new SoftReference<>(map));
    }
    return map;
  }

  private @Nullable PageMap cached(NodeId id) {
    SoftReference<PageMap> reference = known.get(id);
    return reference == null ? null : reference.get();
  }

  private static PageMap apply(PageMap base, Delta delta, Path file) throws SnapshotException {
    PageMapBuilder builder = base.change();
    int page = -1;
    int ref = 0;
    try {
      for (int i = 0; i < delta.changes; i++) {
        page += leb128(delta.body) + 1;
        int zigzag = leb128(delta.body);
        ref += ((zigzag >>> 1) ^ -(zigzag & 1)) + 1;
        builder.set(page, ref);
      }
      return builder.build();
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new DamagedFileException(file, "its content makes no sense");
    }
  }

  private Delta read(NodeId id) throws SnapshotException {
    ByteBuffer body = ByteBuffer.wrap(SealedFile.read(file(id), "map"));
    int pages = body.remaining() < HEADER_BYTES ? 0 : body.getInt();
    if (pages < 1 || (pageCount != ANY_COUNT && pages != pageCount)) {
      throw new DamagedFileException(file(id), "it is for a guest of another size");
    }
    Delta delta = new Delta(pages, body.getInt(), body.getInt(), body.getInt(), body);
    bases.put(id.number(), delta.base);
    return delta;
  }

  /**
   * References of all pages that these nodes have; empty if a map of them cannot be read, for
   * nothing is known then of what they need.
   */
  public Optional<BitSet> references(Collection<NodeId> nodes) throws SnapshotException {
    BitSet references = new BitSet();
    Optional<PageMap> before = Optional.empty();
    for (NodeId node : nodes) {
      try {
        PageMap map = load(node);
        before
            .orElse(PageMap.empty(map.pageCount()))
            .forEachDifference(map, (page, was, ref) -> references.set(ref));
        before = Optional.of(map);
      } catch (DamagedFileException e) {
        return Optional.empty();
      }
    }
    return Optional.of(references);
  }

  /** Numbers of these nodes and all they are based on; empty if that cannot be known. */
  private Optional<Set<Integer>> withBases(Collection<NodeId> nodes) throws SnapshotException {
    Set<Integer> all = new HashSet<>();
    for (NodeId node : nodes) {
      int number = node.number();
      while (number != 0 && all.add(number)) {
        try {
          Integer base = bases.get(number);
          number = base == null ? read(new NodeId(number)).base : base;
        } catch (DamagedFileException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(all);
  }

  /**
   * Deletes the maps of some nodes unless one of the others is based on it.
   *
   * @return the nodes whose maps are gone
   */
  public synchronized Set<NodeId> drop(Collection<NodeId> gone, Collection<NodeId> kept)
      throws SnapshotException {
    Optional<Set<Integer>> needed = withBases(kept);
    Set<NodeId> dropped = new HashSet<>();
    for (NodeId id : gone) {
      if (needed.filter(numbers -> !numbers.contains(id.number())).isPresent()) {
        delete(id);
        dropped.add(id);
      }
    }
    return dropped;
  }

  private void delete(NodeId id) throws SnapshotException {
    files.delete(file(id), "a page map");
    known.remove(id);
    bases.remove(id.number());
  }

  /** Deletes the maps that none of these nodes needs. */
  public synchronized void keepOnly(Collection<NodeId> nodes) throws SnapshotException {
    Optional<Set<Integer>> needed = withBases(nodes);
    if (needed.isEmpty()) {
      // What one was based on cannot be known: keep everything rather than lose a base.
      return;
    }
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("S[1-9][0-9]{0,8}" + Pattern.quote(ending))) {
          int number = Integer.parseInt(name.substring(1, name.length() - ending.length()));
          if (!needed.get().contains(number)) {
            delete(new NodeId(number));
          }
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("delete page maps", folder, e);
    }
  }
}
