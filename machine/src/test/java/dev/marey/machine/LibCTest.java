package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LibCTest {

  /**
   * jnr-ffi 2.2.19 passes its own return address as the sixth of exactly six primitive arguments on
   * x86-64.
   */
  @Test
  void noCallHasExactlySixPrimitiveParameters() {
    assertThat(LibC.class.getDeclaredMethods())
        .isNotEmpty()
        .noneMatch(
            (Method call) ->
                call.getParameterCount() == 6
                    && Arrays.stream(call.getParameterTypes()).allMatch(Class::isPrimitive));
  }
}
