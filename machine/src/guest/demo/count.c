/*
 * count [MILLISECONDS]: counts in memory and prints the counter, once a second unless told otherwise:
 *
 *   count: counting at 0x3e5b000
 *   count 1
 *   count 2
 *
 * The address is guest-physical; a 64-bit little-endian number lies there. Ctrl+C ends it; `count &` counts on in the
 * background.
 */
#include "physical_address.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

int main(int argc, char **argv)
{
    long interval_ms = 1000;
    char *end;
    volatile uint64_t *counter;
    struct timespec interval;

    if (argc == 2) {
        interval_ms = strtol(argv[1], &end, 10);
        if (end == argv[1] || *end || interval_ms < 1 || interval_ms > 3600000) {
            argc = 3;
        }
    }
    if (argc > 2) {
        fprintf(stderr, "usage: count [MILLISECONDS], from 1 to 3600000\n");
        return 2;
    }
    interval.tv_sec = interval_ms / 1000;
    interval.tv_nsec = interval_ms % 1000 * 1000000;
    counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED || mlock((const void *)counter, 4096)) {
        perror("count: no locked page");
        return 1;
    }
    *counter = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("count: counting at 0x%" PRIx64 "\n", physical_address(counter));
    for (;;) {
        nanosleep(&interval, NULL);
        *counter = *counter + 1;
        printf("count %" PRIu64 "\n", *counter);
    }
}
