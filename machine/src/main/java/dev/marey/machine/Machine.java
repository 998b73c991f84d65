package dev.marey.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.console.SerialConsole;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.machine.qmp.QmpCommand;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.VmStateImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One QEMU process and the control of it, from its start until it is reaped. Always starts stopped:
 * the guest's first instruction waits for {@link #resume()}.
 *
 * <p>Threading: any. Commands are answered in the order they were given; whoever needs several of
 * them to belong together orders them himself.
 */
public final class Machine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
  private static final long QUIT_MILLIS = 2000;
  private static final long KILL_MILLIS = 10_000;

  /** One that never comes would keep the guest stopped for ever. */
  private static final Duration STATE_PATIENCE = Duration.ofSeconds(60);

  private final MachineRequest request;
  private final QemuBinary binary;
  private final QemuProcess process;
  private final QmpClient qmp;
  private final Optional<SerialConsole> console;
  private final RunStateTracker tracker;
  private final DeviceStateSaver saver;
  private final DeviceStateLoader loader;
  private final TakeoverWishes wishes;
  private final MachineNews news;
  private final CompletableFuture<MachineExit> exit;

  Machine(
      MachineRequest request,
      QemuBinary binary,
      QemuProcess process,
      QmpClient qmp,
      Optional<SerialConsole> console,
      RunStateTracker tracker) {
    this.request = request;
    this.binary = binary;
    this.process = process;
    this.qmp = qmp;
    this.console = console;
    this.tracker = tracker;
    this.saver = new DeviceStateSaver(qmp, process.folder(), STATE_PATIENCE);
    this.loader = new DeviceStateLoader(qmp, process.folder(), process.exit(), STATE_PATIENCE);
    this.news = new MachineNews(process.name(), tracker);
    this.wishes = new TakeoverWishes(request.guest(), qmp);
    this.exit =
        process
            .exit()
            .thenApply(
                how -> {
                  end(how);
                  return how;
                });
    qmp.addListener(news::event);
  }

  /**
   * Starts QEMU and connects to it: 40 to 200 ms.
   *
   * @throws MachineException when the program is missing, unfit or ends at once, with its own words
   */
  public static Machine start(MachineRequest request) throws MachineException {
    return new MachineStart(request, MachineStart.PATIENCE).run();
  }

  /** Asks for what every later command relies on. */
  void prepare() throws MachineException {
    List<JsonNode> unused =
        qmp.sendTogether(List.of(ignoreShared(), QmpCommand.of("query-status")));
    saver.checkNothingBlocks();
  }

  private static QmpCommand ignoreShared() {
    return QmpCommand.of(
        "migrate-set-capabilities",
        Map.of("capabilities", List.of(Map.of("capability", "x-ignore-shared", "state", true))));
  }

  public GuestDefinition guest() {
    return request.guest();
  }

  public GuestRam ram() {
    return request.ram();
  }

  /** The program that runs. */
  public QemuBinary binary() {
    return binary;
  }

  /** The process id of QEMU, also after its end. */
  public long pid() {
    return process.pid();
  }

  public QmpClient qmp() {
    return qmp;
  }

  /** The run state by what QEMU has told so far. */
  public RunState runState() {
    return tracker.state();
  }

  /**
   * The same, once everything that QEMU had told before this call is known here: what a debugger
   * does comes unasked.
   */
  public RunState currentRunState() throws MachineException {
    int seen;
    do {
      seen = tracker.events();
    } while (!tracker.status(qmp.execute("query-status").path("status").asText(), seen));
    news.tellState();
    return tracker.state();
  }

  /**
   * How often the guest was let run since the machine was started, by us or by a debugger; right as
   * {@link #runState} is.
   */
  public int timesResumed() {
    return tracker.resumes();
  }

  /**
   * How long the guest stood still before it was last let go, from QEMU's event STOP to its event
   * RESUME.
   */
  public Duration lastPause() {
    return tracker.lastPause();
  }

  /** The guest's first serial port; empty when the command line gives it none. */
  public Optional<SerialConsole> console() {
    return console;
  }

  /** The Unix socket of QEMU's VNC server; empty when the command line asks for no screen. */
  public Optional<Path> vncSocket() {
    return process.vncSocket();
  }

  /** Completes, never exceptionally, when QEMU has been reaped. */
  public CompletableFuture<MachineExit> exit() {
    return exit;
  }

  public void addListener(MachineListener listener) {
    news.add(listener);
  }

  public void removeListener(MachineListener listener) {
    news.remove(listener);
  }

  /**
   * Stops the vCPUs; when it returns, devices are drained too. Does nothing when stopped already.
   */
  public void pause() throws MachineException {
    qmp.execute("stop");
  }

  /** Lets the vCPUs go on. A guest that powered itself off must be reset or reverted first. */
  public void resume() throws MachineException {
    qmp.execute("cont");
  }

  /**
   * Presses the reset button. The run state stays; a machine that was down is paused afterwards.
   */
  public void reset() throws MachineException {
    if (tracker.state() == RunState.SHUTDOWN || tracker.state() == RunState.CRASHED) {
      loader.bringUp();
    } else {
      qmp.execute("system_reset");
    }
    RunState unused = currentRunState();
  }

  /**
   * Ends QEMU: asks, waits two seconds, kills; returns when it is reaped.
   *
   * @return how it ended
   */
  public MachineExit quit() throws MachineException {
    if (exit.isDone()) {
      return exit.join();
    }
    process.expectEnd();
    try {
      qmp.execute(QmpCommand.of("quit"), Duration.ofMillis(QUIT_MILLIS));
    } catch (MachineException e) {
      LOG.debug("{}: quit was not answered: {}", process.name(), e.getMessage());
    }
    Optional<MachineExit> end = QemuProcess.await(exit, QUIT_MILLIS);
    return end.isPresent() ? end.get() : kill();
  }

  /** Ends QEMU by SIGKILL and reaps it. */
  public MachineExit kill() throws MachineException {
    return kill(Duration.ofMillis(KILL_MILLIS));
  }

  MachineExit kill(Duration patience) throws MachineException {
    process.expectEnd();
    process.kill();
    return QemuProcess.await(exit, patience.toMillis())
        .orElseThrow(
            () ->
                new MachineException(
                    "QEMU (pid "
                        + pid()
                        + ") did not end within "
                        + patience.toSeconds()
                        + " s of SIGKILL. A page fault nobody answers may hold it; end Marey."));
  }

  /** {@link #quit()}, if it still runs. */
  @Override
  public void close() {
    try {
      quit();
    } catch (MachineException e) {
      LOG.error("ending {}", process.name(), e);
    }
  }

  /**
   * Makes device states quick to save, from the second one on. Without it, each takes as long as
   * the first.
   *
   * @param watch sees what is written to QEMU's small RAM blocks
   */
  public void saveQuickly(SmallRamWatch watch) throws MachineException {
    saver.saveQuickly(
        QuickStates.prepare(qmp, pid(), binary.ramId(request.guest().machineType()), watch));
  }

  /** Does what can be done before a pause to make {@link #pauseAndCapture} short. */
  public void lookAhead() {
    saver.lookAhead();
  }

  /**
   * {@link #pause}, and the device state: 2 ms, or 10 for the first one and others that differ in
   * kind. The machine stands still afterwards, also if the state can't be saved.
   */
  public CapturedState pauseAndCapture() throws MachineException {
    return saver.save(List.of(QmpCommand.of("stop")), this::isDown);
  }

  private boolean isDown() {
    RunState state = tracker.state();
    return state == RunState.SHUTDOWN || state == RunState.CRASHED;
  }

  /** The device state of a machine that stands still. It stands still afterwards. */
  public DeviceState saveDeviceState() throws MachineException {
    return saver.save(List.of(), this::isDown).complete();
  }

  /**
   * What this QEMU, which stands still, has to load to get to {@code target}: the same devices, but
   * of ROM and video RAM only what differs. Must not run before it has loaded it.
   */
  public DeviceState change(DeviceState target) throws MachineException {
    return saver.change(target);
  }

  /**
   * Gives this QEMU, which stands still, another state: 5 to 15 ms. RAM is the caller's matter.
   * QEMU resets the board first, which writes the segments of an ELF kernel ({@code -kernel} with
   * multiboot or PVH; {@code info roms} lists them with mem=ram) into RAM again: put those pages
   * right afterwards.
   *
   * @param image the state as QEMU wants it; QEMU has it open until {@link #forgetImage}
   * @param state the same state
   */
  public void loadDeviceState(VmStateImage image, DeviceState state) throws MachineException {
    RunState before = tracker.state();
    if (before == RunState.SHUTDOWN || before == RunState.CRASHED) {
      // QEMU does not let go on a machine that is down; a load alone leaves it so
      loader.bringUp();
    }
    int seen = tracker.events();
    String status = loader.load(image);
    saver.loaded(state);
    if (tracker.status(status, seen)) {
      news.tellState();
    } else {
      RunState unused = currentRunState();
    }
  }

  /** Has QEMU let go of the image that was loaded last; the guest may run. */
  public void forgetImage() throws MachineException {
    loader.forget();
  }

  /** Gives a standby its state: 5 to 10 ms. It stands still afterwards. */
  public void receiveDeviceState(DeviceState state) throws MachineException {
    loader.receive(state);
    saver.loaded(state);
    RunState unused = currentRunState();
  }

  /**
   * Makes this the machine that has the host's ports and the gdb server of the person's line. Does
   * nothing for those it has.
   *
   * @return what could not be opened, one sentence each; the guest runs without it
   */
  public List<String> attach() throws MachineException {
    return wishes.attach();
  }

  /** Where guest RAM starts in QEMU's own address space, in bytes. */
  public long ramHostAddress() throws MachineException {
    return ProcessMaps.addressOf(pid(), request.ram());
  }

  /** Where guest RAM is in the guest's physical address space. */
  public RamLayout ramLayout() throws MachineException {
    return RamLayout.parse(
        qmp.humanMonitor("info mtree -f"),
        binary.ramId(request.guest().machineType()),
        request.ram().lengthBytes());
  }

  private void end(MachineExit exit) {
    tracker.set(RunState.ENDED);
    console.ifPresent(SerialConsole::close);
    qmp.close();
    saver.close();
    news.ended(exit);
  }
}
