package dev.marey.machine.testing;

import java.nio.file.Path;

/** Linux kernel (bzImage) and initial RAM disk (cpio) of the demo guest. */
public record GuestFiles(Path kernel, Path initrd) {}
