/*
 * dirty [MiB] [MiB/s] [seconds]: rewrites memory at a set rate with a pattern that reveals a torn snapshot (see
 * dirty_page.h). Without arguments: 32 MiB at 64 MiB/s until Ctrl+C. 0 MiB/s means as fast as it goes, 0 seconds for
 * ever. Before it rewrites a page it checks that the page is still what it wrote, so it also notices when memory
 * came back wrong. It prints, at first, once a second, and at the end:
 *
 *   dirty: run 0x1f2e3d4c5b6a7988, 8192 pages
 *   dirty: sweep 12, 96 MiB written, 0 damaged
 *   dirty: done, sweep 12, 96 MiB written, 0 damaged
 *
 * and for each of the first ten damaged pages
 *
 *   dirty: page 17 of sweep 11 is damaged at word 3
 *
 * The exit code is 1 when a page was damaged.
 */
#include "dirty_page.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int number(const char *text, unsigned long most, unsigned long *value)
{
    char *end;

    *value = strtoul(text, &end, 10);
    return end != text && !*end && text[0] != '-' && *value <= most;
}

int main(int argc, char **argv)
{
    unsigned long mebibytes = 32, rate = 64, seconds = 0;
    uint64_t run, generation = 1, written = 0, damaged = 0, start, report;
    uint32_t count, index = 0;
    struct dirty_page *pages;

    if (argc > 4 || (argc > 1 && (!number(argv[1], 65536, &mebibytes) || !mebibytes))
        || (argc > 2 && !number(argv[2], 1048576, &rate)) || (argc > 3 && !number(argv[3], 86400, &seconds))) {
        fprintf(stderr, "usage: dirty [MiB] [MiB/s] [seconds]\n");
        return 2;
    }
    count = (uint32_t)(mebibytes * 256);
    pages = mmap(NULL, (size_t)count * sizeof *pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || getrandom(&run, sizeof run, 0) != sizeof run) {
        perror("dirty: no memory");
        return 1;
    }
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("dirty: run 0x%016" PRIx64 ", %" PRIu32 " pages\n", run, count);
    start = now_us();
    report = start + 1000000;
    for (;;) {
        uint64_t now = now_us();

        if (interrupted || (seconds && now - start >= seconds * 1000000)) {
            break;
        }
        if (now >= report) {
            printf("dirty: sweep %" PRIu64 ", %" PRIu64 " MiB written, %" PRIu64 " damaged\n", generation, written / 256,
                   damaged);
            report = now + 1000000;
        }
        if (rate && written * 1000000 / 256 > rate * (now - start)) {
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
            continue;
        }
        for (int burst = 0; burst < 16; burst++) {
            if (generation > 1) {
                int word = dirty_damage(&pages[index], run, index, generation - 1);

                if (word >= 0 && damaged++ < 10) {
                    printf("dirty: page %" PRIu32 " of sweep %" PRIu64 " is damaged at word %d\n", index, generation - 1,
                           word);
                }
            }
            dirty_write(&pages[index], run, index, count, generation);
            written++;
            if (++index == count) {
                index = 0;
                generation++;
            }
        }
    }
    printf("dirty: done, sweep %" PRIu64 ", %" PRIu64 " MiB written, %" PRIu64 " damaged\n", generation, written / 256,
           damaged);
    return damaged ? 1 : 0;
}
