package dev.marey.machine;

import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.SectionLayout;
import dev.marey.machine.state.StatePrefix;
import dev.marey.machine.state.StateSplice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device states in a millisecond, once a complete one has been saved: the device sections come from
 * {@code xen-save-devices-state}, the small RAM blocks from what was written in them since ({@link
 * SmallRam}), the description from a complete state whose sections have the same layout. A state
 * whose layout has not been seen yet is saved completely.
 *
 * <p>Threading: one thread at a time.
 */
final class QuickStates implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QuickStates.class);
  private static final int LAYOUTS = 32;

  /** Complete states to recognize the small RAM blocks by, until that is given up. */
  private static final int TRIES = 5;

  private final SmallRam smallRam;
  private final ScratchMemory scratch;
  private final List<Known> known = new ArrayList<>();

  /** Small RAM blocks as of the last pause; null before the first complete state is learnt. */
  private @Nullable StatePrefix prefix;

  /** Saved in a pause, not yet learnt from. */
  private @Nullable DeviceState complete;

  private boolean begun;
  private int tries;
  private boolean broken;

  private record Known(SectionLayout layout, StateSplice splice) {}

  private QuickStates(SmallRam smallRam, ScratchMemory scratch) {
    this.smallRam = smallRam;
    this.scratch = scratch;
  }

  /** Looks where QEMU's small RAM blocks may be; the guest may run. Takes some 20 ms. */
  static QuickStates prepare(QmpClient qmp, long pid, String ramId, SmallRamWatch watch)
      throws MachineException {
    ScratchMemory scratch = ScratchMemory.create();
    boolean done = false;
    try {
      QuickStates prepared = new QuickStates(SmallRam.locate(qmp, pid, ramId, watch), scratch);
      done = true;
      return prepared;
    } finally {
      if (!done) {
        scratch.close();
      }
    }
  }

  /** Takes note of a complete state, saved in a pause that is not over. */
  void saved(DeviceState state) {
    if (broken) {
      return;
    }
    try {
      watch(state);
    } catch (MachineException e) {
      // The complete state is there; only the quick ones need this.
      broken = true;
      LOG.warn("device states of this guest are saved the slower way: {}", e.getMessage());
    }
  }

  private void watch(DeviceState state) throws MachineException {
    if (!begun) {
      begun = true;
      smallRam.begin();
    } else if (prefix != null) {
      prefix = prefix.with(smallRam.takeWritten());
    } else {
      smallRam.beginAnew();
    }
    complete = state;
  }

  /** Learns from what was saved; the guest may run. Takes some 20 ms the first time. */
  void learn() {
    DeviceState state = complete;
    complete = null;
    if (state == null || broken) {
      return;
    }
    try {
      if (prefix == null) {
        StatePrefix first = StatePrefix.of(state);
        smallRam.recognize(first.blocks());
        prefix = first;
      }
      if (known.size() == LAYOUTS) {
        known.remove(LAYOUTS - 1);
      }
      known.add(0, new Known(SectionLayout.of(state), StateSplice.of(state)));
    } catch (MachineException e) {
      tries++;
      broken = tries == TRIES;
      LOG.info("device states of this guest are saved the slower way: {}", e.getMessage());
    }
  }

  /** Whether {@link #command} is worth a try. */
  boolean ready() {
    return prefix != null && !broken;
  }

  /** Has QEMU, which stands still, write its device sections. */
  QmpCommand command() {
    return QmpCommand.of(
        "xen-save-devices-state", Map.of("filename", scratch.path().toString(), "live", false));
  }

  /** The state, after the command in the same pause; empty if only a complete save gives it. */
  Optional<CapturedState> take() throws MachineException {
    StatePrefix before = prefix;
    if (before == null) {
      return Optional.empty();
    }
    ByteBuffer fast;
    try {
      fast = scratch.read();
    } catch (IOException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    }
    for (Known one : known) {
      if (one.layout().fits(fast)) {
        StatePrefix now = before.with(smallRam.takeWritten());
        prefix = now;
        return Optional.of(
            new CapturedState(() -> one.splice().splice(now, one.layout().withRunState(fast))));
      }
    }
    return Optional.empty();
  }

  /**
   * What this QEMU, which stands still, has to load to get to {@code target}: all of it, or less.
   */
  DeviceState change(DeviceState target) throws MachineException {
    StatePrefix before = prefix;
    if (before == null || broken) {
      return target;
    }
    StatePrefix now = before.with(smallRam.takeWritten());
    prefix = now;
    return StateSplice.change(now, target);
  }

  @Override
  public void close() {
    scratch.close();
    try {
      smallRam.close();
    } catch (IOException e) {
      LOG.debug("closing QEMU's memory", e);
    }
  }
}
