package dev.marey.uffd;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test that is the handler of another process's memory. */
abstract class GuestMemoryTest {

  static final int PAGES = 64;

  GuestMemory guest;
  FaultBatch batch;

  /** As long as the guest's memory, for what goes into it. */
  NativeMemory source;

  @BeforeEach
  void start() throws Exception {
    guest = GuestMemory.start(PAGES);
    batch = FaultBatch.allocate(16);
    source = NativeMemory.allocate(PAGES * GuestMemory.PAGE);
  }

  @AfterEach
  void stop() throws Exception {
    guest.close();
    batch.close();
    source.close();
  }
}
