/*
 * load a|b [RATE] [MiB] [work]: the loads that snapshots are measured under. The memory is written once from end to end,
 * then page by page at a rate:
 *
 *   a  16,384 pages (64 MiB) per second in the order of their addresses
 *   b  4,096 pages per second at random
 *
 * Each page is half random bytes, half a stamp. RATE is in pages per second, 0 for as fast as it goes; MiB (256) is how
 * much memory there is to write to. With `work` the time that the rate leaves is spent on a computation instead of
 * sleeping. Prints, at first and then once a second of the guest's time, what was done so far:
 *
 *   load: a, 16384 pages/s, 65536 pages of memory
 *   load: 1000 ms, 16384 pages, 0 rounds, sweep 0
 *
 * What is more than a quarter of a second behind is not made up for: after a revert or a long wait the clock may have
 * jumped, and a load that wrote as fast as it can then would be another load.
 *
 * A sweep is as many pages written as there are; a round is one piece of the computation.
 *
 * load hold MiB: writes one word into each page of so much memory, says `load: holding 512 MiB` and keeps it.
 *
 * Both go on until Ctrl+C.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_WORDS = 512, HALF = PAGE_WORDS / 2, ROUND = 20000, BURST = 16, SECOND_US = 1000000, LATE_US = 250000 };

static uint64_t state;

/* xorshift64*: random enough that nothing compresses it, and quick under emulation. */
static uint64_t next_random(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
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

static uint64_t *memory(unsigned long mebibytes)
{
    void *pages = mmap(NULL, (size_t)mebibytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) {
        perror("load: no memory");
        exit(1);
    }
    return pages;
}

static void write_page(uint64_t *page, uint64_t index, uint64_t written)
{
    uint64_t stamp = index << 32 | (written & 0xffffffff);

    for (int i = 0; i < HALF; i++) {
        page[i] = next_random();
    }
    for (int i = HALF; i < PAGE_WORDS; i++) {
        page[i] = stamp;
    }
}

/* A fixed amount of computation that touches no memory to speak of. */
static void compute(void)
{
    uint64_t sum = 0;

    for (int i = 0; i < ROUND; i++) {
        sum = (sum ^ (uint64_t)i) * 0x9e3779b97f4a7c15ull;
    }
    __asm__ volatile("" : : "r"(sum)); /* or the compiler leaves it out */
}

static void hold(unsigned long mebibytes)
{
    volatile uint64_t *pages = memory(mebibytes);

    for (uint64_t page = 0; page < (uint64_t)mebibytes * 256; page++) {
        pages[page * PAGE_WORDS] = 1;
    }
    printf("load: holding %lu MiB\n", mebibytes);
    for (;;) {
        pause();
    }
}

static void run(int random, uint64_t rate, unsigned long mebibytes, int work)
{
    uint64_t *pages = memory(mebibytes), count = (uint64_t)mebibytes * 256;
    uint64_t written = 0, rounds = 0, start, report, since, before = 0; /* `before` pages were written at `since` */

    for (uint64_t page = 0; page < count; page++) {
        write_page(pages + page * PAGE_WORDS, page, 0);
    }
    printf("load: %c, %" PRIu64 " pages/s, %" PRIu64 " pages of memory\n", random ? 'b' : 'a', rate, count);
    start = now_us();
    report = start + SECOND_US;
    since = start;
    for (;;) {
        uint64_t now = now_us();

        if (now >= report) {
            printf("load: %" PRIu64 " ms, %" PRIu64 " pages, %" PRIu64 " rounds, sweep %" PRIu64 "\n",
                   (now - start) / 1000, written, rounds, written / count);
            report = report + SECOND_US > now ? report + SECOND_US : now + SECOND_US;
        }
        if (rate * (now - since) > (written - before) * SECOND_US + rate * LATE_US) {
            since = now;
            before = written;
        }
        if (rate && (written - before) * SECOND_US > rate * (now - since)) {
            if (work) {
                compute();
                rounds++;
            } else {
                nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
            }
            continue;
        }
        for (int burst = 0; burst < BURST; burst++) {
            uint64_t page = random ? next_random() % count : written % count;

            written++;
            write_page(pages + page * PAGE_WORDS, page, written);
        }
    }
}

int main(int argc, char **argv)
{
    unsigned long rate, mebibytes = 256;
    int random = argc > 1 && !strcmp(argv[1], "b");

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 3 && !strcmp(argv[1], "hold") && number(argv[2], 65536, &mebibytes) && mebibytes) {
        hold(mebibytes);
    }
    rate = random ? 4096 : 16384;
    if (argc < 2 || argc > 5 || (!random && strcmp(argv[1], "a")) || (argc > 2 && !number(argv[2], 1048576, &rate))
        || (argc > 3 && (!number(argv[3], 65536, &mebibytes) || !mebibytes)) || (argc > 4 && strcmp(argv[4], "work"))) {
        fprintf(stderr, "usage: load a|b [pages/s] [MiB] [work], or load hold MiB\n");
        return 2;
    }
    if (getrandom(&state, sizeof state, 0) != sizeof state) {
        perror("load: no random numbers");
        return 1;
    }
    state |= 1;
    run(random, rate, mebibytes, argc > 4);
}
