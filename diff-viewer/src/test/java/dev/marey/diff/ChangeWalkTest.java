package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ChangeWalkTest {

  private static final int PAGES = 12;
  private static final long HIGH = 1L << 32;

  @Test
  void stepsFromStretchToStretchAcrossPagesAndTheHole() throws Exception {
    FakeRam a = new FakeRam(PAGES);
    FakeRam b =
        new FakeRam(PAGES).write(1, 4094, 1, 1).write(2, 0, 1).write(2, 9, 1).write(8, 5, 1);
    ChangeWalk walk = new ChangeWalk(FakeRam.diff(a.and(b, 8, HIGH)));

    assertThat(forward(walk)).containsExactly(0x1ffeL, 0x2009L, HIGH + 5);
    assertThat(backward(walk)).containsExactly(HIGH + 5, 0x2009L, 0x1ffeL);
  }

  @Test
  void fromInsideAStretchPreviousGoesToTheOneBefore() throws Exception {
    FakeRam b = new FakeRam(PAGES).write(1, 0, 1).write(1, 8, 1, 1, 1);
    ChangeWalk walk = new ChangeWalk(FakeRam.diff(new FakeRam(PAGES).and(b)));

    assertThat(walk.previousStretch(new GuestAddress(0x100a))).contains(new GuestAddress(0x1000));
    assertThat(walk.nextByte(new GuestAddress(0x1008))).contains(new GuestAddress(0x1009));
    assertThat(walk.previousByte(new GuestAddress(0x1009))).contains(new GuestAddress(0x1008));
  }

  @Property(tries = 40)
  void walkingByteByByteMeetsExactlyTheDifferingBytes(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    FakeRam a = new FakeRam(PAGES);
    FakeRam b = new FakeRam(PAGES);
    for (int i = 0; i < 30; i++) {
      b.write(random.nextInt(PAGES), random.nextInt(PageNumber.PAGE_BYTES), 1);
    }
    RamDiff diff = FakeRam.diff(a.and(b, 5, HIGH));
    List<Long> expected = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      long start = diff.ram().layout().addressOf(new PageNumber(page)).value();
      for (int at = 0; at < PageNumber.PAGE_BYTES; at++) {
        if (b.page(page)[at] != 0) {
          expected.add(start + at);
        }
      }
    }
    ChangeWalk walk = new ChangeWalk(diff);
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.nextByte(new GuestAddress(0));
    if (b.page(0)[0] != 0) {
      met.add(0L);
    }
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.nextByte(at.get());
    }
    assertThat(met).isEqualTo(expected);
  }

  private static List<Long> forward(ChangeWalk walk) throws Exception {
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.nextStretch(new GuestAddress(0));
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.nextStretch(at.get());
    }
    return met;
  }

  private static List<Long> backward(ChangeWalk walk) throws Exception {
    List<Long> met = new ArrayList<>();
    Optional<GuestAddress> at = walk.previousStretch(new GuestAddress(HIGH + 4 * 4096 - 1));
    while (at.isPresent()) {
      met.add(at.get().value());
      at = walk.previousStretch(at.get());
    }
    return met;
  }
}
