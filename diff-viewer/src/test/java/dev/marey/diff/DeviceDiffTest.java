package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.state.StateTree;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class DeviceDiffTest {

  private static final String SERIAL =
      """
      {"name": "thr", "type": "uint8", "size": 1},
      {"name": "fifo_timeout_timer", "type": "timer", "size": 8},
      {"name": "blob", "type": "buffer", "size": 20}""";
  private static final String CPU =
      """
      {"name": "env.regs", "array_len": 16, "type": "uint64", "size": 8},
      {"name": "env.eip", "type": "uint64", "size": 8},
      {"name": "env.eflags", "type": "uint64", "size": 8},
      {"name": "env.hidden", "type": "uint8", "size": 1}""";

  @Test
  void aStateDoesNotDifferFromItself() {
    StateTree state = new FakeState().device("serial", SERIAL, serial(1, 2, 3)).tree();

    assertThat(DeviceDiff.of(state, state).isEmpty()).isTrue();
  }

  @Test
  void namesExactlyTheFieldsThatDifferWithValuesPeopleCanRead() {
    StateTree a = new FakeState().device("serial", SERIAL, serial(0x41, 5, 9)).tree();
    StateTree b = new FakeState().device("serial", SERIAL, serial(0x42, 6, 9)).tree();

    assertThat(DeviceDiff.of(a, b).asText())
        .isEqualTo(
            """
            serial[0]/thr  0x41 → 0x42
            serial[0]/fifo_timeout_timer  5 ns → 6 ns  [clock]
            """);
  }

  @Test
  void longBytesAreShownFromTheirFirstDifferenceWithTheirLength() {
    StateTree a = new FakeState().device("serial", SERIAL, serial(1, 1, 0x0a)).tree();
    StateTree b = new FakeState().device("serial", SERIAL, serial(1, 1, 0x0b)).tree();

    assertThat(DeviceDiff.of(a, b).asText())
        .isEqualTo("serial[0]/blob  +0x13: 0a (20 bytes) → +0x13: 0b (20 bytes)\n");
  }

  @Test
  void aDeviceOnOneSideOnlyIsOneRow() {
    StateTree a = new FakeState().device("old", SERIAL, serial(1, 1, 1)).tree();
    StateTree b = new FakeState().device("new", SERIAL, serial(1, 1, 1)).tree();
    DeviceDiff diff = DeviceDiff.of(a, b);

    assertThat(diff.asText())
        .isEqualTo(
            """
            new[0]  appeared: 3 fields
            old[0]  gone: 3 fields
            """);
    assertThat(diff.swapped().asText())
        .isEqualTo(
            """
            new[0]  gone: 3 fields
            old[0]  appeared: 3 fields
            """);
  }

  @Test
  void registersHaveTheirNamesAndFlagsAndTheirFieldsAreNotShownTwice() {
    StateTree a = new FakeState().device("cpu", CPU, cpu(1, 0x10, 0x46, 0)).tree();
    StateTree b = new FakeState().device("cpu", CPU, cpu(2, 0x20, 0x02, 1)).tree();

    assertThat(DeviceDiff.of(a, b).asText())
        .isEqualTo(
            """
            cpu[0]/RBX  0x0000000000000001 → 0x0000000000000002
            cpu[0]/RIP  0x0000000000000010 → 0x0000000000000020
            cpu[0]/EFLAGS  0x00000046  PF ZF → 0x00000002
            cpu[0]/env.hidden  0x00 → 0x01
            """);
  }

  @Test
  void theFilterLooksAtNamesAndValuesAndKeepsTheirGroups() {
    StateTree a = new FakeState().device("serial", SERIAL, serial(0x41, 5, 9)).tree();
    StateTree b = new FakeState().device("serial", SERIAL, serial(0x42, 6, 8)).tree();
    DeviceDiff diff = DeviceDiff.of(a, b);

    assertThat(diff.filtered("0X42").fields()).extracting(FieldChange::name).containsExactly("thr");
    assertThat(diff.filtered("0X42").roots())
        .extracting(FieldChange::name)
        .containsExactly("serial");
    assertThat(diff.withoutClocks().fields())
        .extracting(FieldChange::name)
        .containsExactly("thr", "blob");
    assertThat(diff.filtered("nonsense").isEmpty()).isTrue();
  }

  @Test
  void theCommandLineGetsOneLineOfJson() throws Exception {
    FakeRam ram = new FakeRam(8).write(1, 0, 1, 2);
    RamDiff pages = FakeRam.diff(new FakeRam(8).and(ram.write(5, 7, 9), 4, 1L << 32));
    StateTree a = new FakeState().device("serial", SERIAL, serial(0x41, 5, 9)).tree();
    StateTree b =
        new FakeState()
            .device("serial", SERIAL, serial(0x42, 6, 9))
            .device("new", SERIAL, serial(0, 0, 0))
            .tree();
    StringWriter out = new StringWriter();

    DiffJson.write(out, "S1", "S2", pages, DeviceDiff.of(a, b));

    assertThat(out)
        .hasToString(
            ("{'a':'S1','b':'S2','ram':{'pages_changed':2,'pages':["
                    + "{'address':'0x1000','bytes_changed':2,'kind':'appeared','usual':false},"
                    + "{'address':'0x100001000','bytes_changed':1,'kind':'appeared','usual':false}]},"
                    + "'devices':[{'path':'serial[0]/thr','before':'0x41','after':'0x42','usual':false},"
                    + "{'path':'serial[0]/fifo_timeout_timer','before':'5 ns','after':'6 ns','clock':true,'usual':false},"
                    + "{'path':'new[0]','before':null,'after':'3 fields','usual':false}]}")
                .replace('\'', '"'));
  }

  private static int[] serial(int thr, int expires, int last) {
    int[] body = new int[29];
    body[0] = thr;
    body[8] = expires;
    body[28] = last;
    return body;
  }

  /** Big-endian: RBX is the fourth register, then RIP, EFLAGS and a byte nobody knows. */
  private static int[] cpu(int rbx, int eip, int eflags, int hidden) {
    int[] body = new int[18 * 8 + 1];
    body[3 * 8 + 7] = rbx;
    body[16 * 8 + 7] = eip;
    body[17 * 8 + 7] = eflags;
    body[18 * 8] = hidden;
    return body;
  }
}
