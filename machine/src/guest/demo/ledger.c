/*
 * ledger FILE [MILLISECONDS]: writes one counter to a file and keeps it in memory, again and again: first the file
 * (write, fsync), then memory. So at any instant the file holds what memory does, or the number after it. Says once
 *
 *   ledger: counting at 0x3e5b000
 *
 * and every hundredth number. The address is guest-physical; a 64-bit little-endian number lies there, and at the start
 * of the file. If the file holds another number than its own last one, it has been robbed and says so:
 *
 *   ledger: the file holds 12, memory 90
 */
#include "physical_address.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

int main(int argc, char **argv)
{
    long interval_ms = argc > 2 ? atol(argv[2]) : 0;
    struct timespec interval = {interval_ms / 1000, interval_ms % 1000 * 1000000};
    volatile uint64_t *counter;
    uint64_t written = 0;
    int file;

    if (argc < 2) {
        fprintf(stderr, "usage: ledger FILE [MILLISECONDS]\n");
        return 2;
    }
    file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (file < 0 || counter == MAP_FAILED || mlock((const void *)counter, 4096)) {
        perror("ledger");
        return 1;
    }
    *counter = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("ledger: counting at 0x%" PRIx64 "\n", physical_address(counter));
    for (;;) {
        uint64_t next = *counter + 1;

        if (next > 1 && (pread(file, &written, sizeof written, 0) != sizeof written || written != next - 1)) {
            printf("ledger: the file holds %" PRIu64 ", memory %" PRIu64 "\n", written, next - 1);
            return 1;
        }
        if (pwrite(file, &next, sizeof next, 0) != sizeof next || fsync(file)) {
            printf("ledger: %s\n", strerror(errno));
            return 1;
        }
        *counter = next;
        if (next % 100 == 0) {
            printf("ledger %" PRIu64 "\n", next);
        }
        nanosleep(&interval, NULL);
    }
}
