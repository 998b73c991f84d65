/*
 * scribble [VALUE]: writes a 64-bit value into a fresh page of memory and says where:
 *
 *   scribble: 0x00000000c0ffee01 at 0x3e5a000, bytes 01 ee ff c0 00 00 00 00
 *
 * The address is guest-physical, the bytes are what memory shows there. A process in the background keeps the page,
 * locked, for as long as the guest runs, so the value stays where it was written. Without VALUE every call takes another
 * one, 0x5c21bb1e00000001, 0x5c21bb1e00000002 and so on.
 */
#include "physical_address.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const counter_file = "/run/scribble";

static uint64_t next_value(void)
{
    unsigned long calls = 0;
    FILE *file = fopen(counter_file, "r");

    if (file) {
        if (fscanf(file, "%lu", &calls) != 1) {
            calls = 0;
        }
        fclose(file);
    }
    calls++;
    file = fopen(counter_file, "w");
    if (file) {
        fprintf(file, "%lu\n", calls);
        fclose(file);
    }
    return 0x5c21bb1e00000000ull + calls;
}

/* Runs in the background process: writes, tells the address through the pipe, keeps the page. */
static void keep_page(uint64_t value, int answer)
{
    uint64_t address = 0;
    volatile uint64_t *page;

    setsid();
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED && mlock((const void *)page, 4096) == 0) {
        *page = value;
        address = physical_address(page);
    }
    if (write(answer, &address, sizeof address) != sizeof address || !address) {
        _exit(1);
    }
    close(answer);
    for (int fd = 0; fd < 3; fd++) {
        close(fd);
    }
    for (;;) {
        pause();
    }
}

int main(int argc, char **argv)
{
    uint64_t value, address = 0;
    unsigned char bytes[8];
    int answer[2];
    char *end;

    if (argc > 2) {
        fprintf(stderr, "usage: scribble [VALUE]\n");
        return 2;
    }
    if (argc == 2) {
        errno = 0;
        value = strtoull(argv[1], &end, 0);
        if (errno || end == argv[1] || *end) {
            fprintf(stderr, "scribble: '%s' is not a 64-bit number; write it like 1234 or 0xc0ffee\n", argv[1]);
            return 2;
        }
    } else {
        value = next_value();
    }
    if (pipe(answer)) {
        perror("scribble: pipe");
        return 1;
    }
    switch (fork()) {
    case -1:
        perror("scribble: fork");
        return 1;
    case 0:
        close(answer[0]);
        keep_page(value, answer[1]);
    }
    close(answer[1]);
    if (read(answer[0], &address, sizeof address) != sizeof address || !address) {
        fprintf(stderr, "scribble: the page's physical address is not to be had; are you root in this guest?\n");
        return 1;
    }
    memcpy(bytes, &value, sizeof bytes);
    printf("scribble: 0x%016" PRIx64 " at 0x%" PRIx64 ", bytes", value, address);
    for (int i = 0; i < 8; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("\n");
    return 0;
}
