package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class RegistersTest {

  @Test
  void bitsAreNamedLowestFirst() {
    assertThat(RegisterBits.EFLAGS.decode(0x246)).isEqualTo("PF ZF IF");
    assertThat(RegisterBits.EFLAGS.decode(0x3002)).isEqualTo("IOPL=3");
    assertThat(RegisterBits.CR0.decode(0x80050033L)).isEqualTo("PE MP ET NE WP AM PG");
    assertThat(RegisterBits.CR4.decode(0x1020)).isEqualTo("PAE LA57");
    assertThat(RegisterBits.EFER.decode(0xd01)).isEqualTo("SCE LME LMA NXE");
    assertThat(RegisterBits.DR7.decode(0x402)).isEqualTo("G0");
    assertThat(RegisterBits.NONE.decode(-1)).isEmpty();
  }

  @Test
  void hexadecimalHasAllDigitsOfTheWidth() {
    Register register =
        new Register("FPR0", Register.Group.FLOATING_POINT, BigInteger.valueOf(0xabc), 80, "");
    assertThat(register.hex()).isEqualTo("00000000000000000abc");
  }

  @Test
  void aStateWithoutDescribedCpuHasNoRegisters() throws Exception {
    DeviceState state =
        new StreamWriter().head().device(0, "cpu", 0, 12).u64(1).footer(0).end("").state();
    assertThat(Registers.of(StateTree.of(state))).isEmpty();
  }
}
