package dev.marey.machine;

/**
 * A host port that leads into the guest; opened after a machine has become the live one.
 *
 * @param network id of the network backend
 * @param rule QEMU's rule: {@code tcp:127.0.0.1:8080-:80}
 */
public record PortForward(String network, String rule) {}
