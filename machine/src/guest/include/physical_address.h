/* Guest-physical address of a present page of this process, from /proc/self/pagemap (needs root; see the kernel's
 * Documentation/admin-guide/mm/pagemap.rst: bits 0-54 of the 64-bit entry are the page frame, bit 63 is "present").
 * Returns 0 when the kernel does not tell. */
#ifndef MAREY_PHYSICAL_ADDRESS_H
#define MAREY_PHYSICAL_ADDRESS_H

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

static inline uint64_t physical_address(const volatile void *address)
{
    uintptr_t virtual_address = (uintptr_t)address;
    uint64_t entry = 0;
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return 0;
    }
    if (pread(fd, &entry, sizeof entry, (off_t)(virtual_address / 4096 * sizeof entry)) != sizeof entry) {
        entry = 0;
    }
    close(fd);
    if (!(entry >> 63)) {
        return 0;
    }
    return (entry & ((1ull << 55) - 1)) * 4096 + virtual_address % 4096;
}

#endif
