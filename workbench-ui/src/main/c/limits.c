/*
 * What this machine's kernel can do at best when one process writes and another answers its page faults, and the writer
 * alone, for a handler to be compared.
 *
 *   limits floor MiB            a writer and a handler of this program; prints a line for each figure:
 *                                   fault_random 8123 ns       fault_sequential 7900 ns
 *                                   arm_random 1200000 ns      arm_sequential 300000 ns
 *   limits write MiB FILE       a writer over FILE (guest RAM of another process); prints `ready`, then for each line
 *                               `random` or `sequential` on its input how long the writes took, such as `160000000 ns`
 *
 * fault_*: time per written page, each of which is armed: fault, copy of the page, release of it alone.
 * arm_random: 4,096 random pages of 256 MiB written, then armed again in runs. arm_sequential: the same with 16,384
 * pages in a row. The other pages of the memory are armed throughout.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, WRITES = 16384, SCATTERED = 4096, SCATTER_PAGES = 65536, BATCH = 64 };
enum order { RANDOM, SEQUENTIAL, SCATTER };

static size_t pages;

static void fail(const char *what)
{
    perror(what);
    _exit(1);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static size_t next_page(uint32_t *seed, size_t among)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 4) % among;
}

/* ---- the writer --------------------------------------------------------------------------------------------------- */

static volatile char *map(int file)
{
    void *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (memory == MAP_FAILED) {
        fail("mmap");
    }
    return memory;
}

static void populate(volatile char *memory)
{
    for (size_t page = 0; page < pages; page++) {
        memory[page * PAGE] = 1;
    }
}

/* The page that write number i goes to. */
static size_t target(enum order order, size_t i, uint32_t *seed)
{
    if (order == SEQUENTIAL) {
        return i % pages;
    }
    return next_page(seed, order == SCATTER && pages > SCATTER_PAGES ? SCATTER_PAGES : pages);
}

static int64_t write_pages(volatile char *memory, enum order order)
{
    int count = order == SCATTER ? SCATTERED : WRITES;
    uint32_t seed = 1;
    int64_t start = now_ns();

    for (int i = 0; i < count; i++) {
        memory[target(order, (size_t)i, &seed) * PAGE]++;
    }
    return now_ns() - start;
}

static void write_over(const char *path)
{
    char line[32];
    int file = open(path, O_RDWR | O_CLOEXEC);
    volatile char *memory;

    if (file < 0) {
        fail(path);
    }
    memory = map(file);
    populate(memory);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("ready %lu\n", (unsigned long)memory);
    while (fgets(line, sizeof line, stdin)) {
        printf("%lld ns\n", (long long)write_pages(memory, line[0] == 'r' ? RANDOM : SEQUENTIAL));
    }
}

/* ---- the floor ---------------------------------------------------------------------------------------------------- */

struct greeting {
    uint64_t base;
};

static void send_fd(int socket, int fd, volatile char *base)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    struct greeting greeting = {(uint64_t)(uintptr_t)base};
    struct iovec io = {&greeting, sizeof greeting};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(socket, &message, 0) < 0) {
        fail("sendmsg");
    }
}

static int receive_fd(int socket, uint64_t *base)
{
    char control[CMSG_SPACE(sizeof(int))];
    struct greeting greeting;
    struct iovec io = {&greeting, sizeof greeting};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header;
    int fd;

    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != sizeof greeting || !(header = CMSG_FIRSTHDR(&message))) {
        fprintf(stderr, "the writer has ended\n");
        exit(1);
    }
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    *base = greeting.base;
    return fd;
}

static int open_userfaultfd(void)
{
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK), device;

    if (fd >= 0) {
        return fd;
    }
    device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
    fd = device < 0 ? -1 : ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        fail("userfaultfd");
    }
    return fd;
}

static void write_for_handler(int socket, int file)
{
    volatile char *memory = map(file);
    enum order order;
    int uffd;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    populate(memory);
    uffd = open_userfaultfd();
    send_fd(socket, uffd, memory);
    close(uffd);
    while (read(socket, &order, sizeof order) == sizeof order) {
        int64_t took = write_pages(memory, order);

        if (write(socket, &took, sizeof took) != sizeof took) {
            break;
        }
    }
    _exit(0);
}

struct handler {
    int uffd, socket;
    uint64_t base;
    char *ram;
};

static void protect(const struct handler *handler, uint64_t first, uint64_t count, int on)
{
    struct uffdio_writeprotect range = {
        {handler->base + first * PAGE, count * PAGE}, on ? UFFDIO_WRITEPROTECT_MODE_WP : 0};

    if (ioctl(handler->uffd, UFFDIO_WRITEPROTECT, &range)) {
        fail("UFFDIO_WRITEPROTECT");
    }
}

/* Answers faults until the writer is done; gives the time the writes took. Marks the pages written. */
static int64_t serve(const struct handler *handler, enum order order, char *written)
{
    static char saved[PAGE];
    struct uffd_msg messages[BATCH];
    int64_t took;

    if (write(handler->socket, &order, sizeof order) != sizeof order) {
        fail("write");
    }
    for (;;) {
        struct pollfd ready[2] = {{handler->uffd, POLLIN, 0}, {handler->socket, POLLIN, 0}};
        ssize_t count;

        if (poll(ready, 2, -1) < 0) {
            fail("poll");
        }
        if (!ready[0].revents) {
            if (read(handler->socket, &took, sizeof took) != sizeof took) {
                fail("the writer");
            }
            return took;
        }
        count = read(handler->uffd, messages, sizeof messages) / (ssize_t)sizeof *messages;
        for (ssize_t i = 0; i < count; i++) {
            uint64_t page = (messages[i].arg.pagefault.address - handler->base) / PAGE;

            memcpy(saved, handler->ram + page * PAGE, PAGE);
            protect(handler, page, 1, 0);
            written[page] = 1;
        }
    }
}

/* Arms the marked pages, run by run; gives the time it took. */
static int64_t arm(const struct handler *handler, const char *written)
{
    int64_t start = now_ns();

    for (size_t page = 0; page < pages; page++) {
        size_t first = page;

        while (page < pages && written[page]) {
            page++;
        }
        if (page > first) {
            protect(handler, first, page - first, 1);
        }
    }
    return now_ns() - start;
}

static size_t marked(const char *written)
{
    size_t count = 0;

    for (size_t page = 0; page < pages; page++) {
        count += written[page] != 0;
    }
    return count;
}

static void measure(const struct handler *handler, const char *name, enum order order, char *written)
{
    int64_t took, armed;

    memset(written, 0, pages);
    took = serve(handler, order, written);
    armed = arm(handler, written);
    if (order != SCATTER) {
        printf("fault_%s %lld ns\n", name, (long long)took / (long long)marked(written));
    }
    if (order != RANDOM) {
        printf("arm_%s %lld ns\n", order == SCATTER ? "random" : name, (long long)armed);
    }
}

static void floor_of_this_machine(void)
{
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM};
    struct uffdio_register memory;
    struct handler handler;
    int pair[2], file = memfd_create("floor", MFD_CLOEXEC);
    char *written = calloc(pages, 1);
    pid_t child;

    if (file < 0 || !written || ftruncate(file, (off_t)(pages * PAGE))
        || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
        fail("memory");
    }
    child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (!child) {
        close(pair[0]);
        write_for_handler(pair[1], file);
    }
    close(pair[1]);
    handler.socket = pair[0];
    handler.uffd = receive_fd(pair[0], &handler.base);
    handler.ram = (char *)map(file);
    for (size_t page = 0; page < pages; page++) {
        written[page] = handler.ram[page * PAGE];
    }
    memory = (struct uffdio_register){.range = {handler.base, pages * PAGE}, .mode = UFFDIO_REGISTER_MODE_WP};
    if (ioctl(handler.uffd, UFFDIO_API, &api)) {
        fail("UFFDIO_API");
    }
    if (ioctl(handler.uffd, UFFDIO_REGISTER, &memory)) {
        fail("UFFDIO_REGISTER");
    }
    protect(&handler, 0, pages, 1);
    measure(&handler, "random", RANDOM, written);
    measure(&handler, "sequential", SEQUENTIAL, written);
    measure(&handler, "random", SCATTER, written);
    close(pair[0]);
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    const char *verb = argc > 2 ? argv[1] : "";

    pages = argc > 2 ? strtoul(argv[2], NULL, 10) * 256 : 0;
    if (pages && !strcmp(verb, "floor") && argc == 3) {
        floor_of_this_machine();
    } else if (pages && !strcmp(verb, "write") && argc == 4) {
        write_over(argv[3]);
    } else {
        fprintf(stderr, "usage: limits floor MiB | write MiB FILE\n");
        return 2;
    }
    return 0;
}
