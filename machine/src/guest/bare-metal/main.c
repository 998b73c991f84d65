/*
 * Guest without an operating system, for tests: up in well under a second, talks on the first serial port.
 *
 *   bare-metal up: 130048 KiB, counter at 0x104000
 *   counter 1
 *   counter 2
 *
 * The counter, a 32-bit number in a page of its own, grows five times a second and is printed each time. Commands, one
 * a line; numbers are decimal, or hexadecimal after 0x; each is answered with one line:
 *
 *   w ADDRESS VALUE   write 32 bits                   w 0x500000 = 0xc0ffee
 *   r ADDRESS         read 32 bits                    r 0x500000 = 0xc0ffee
 *   d N [PAGES]       from now on rewrite N pages     d 64 of 1024 pages at 0x800000, run 0x2
 *                     every 10 ms, going round
 *                     PAGES (1024) of them, see
 *                     dirty_page.h; N = 0 stops
 *   s                 say how far that is             s sweep 3 page 128 damaged 0
 *   c                 print the counter               c 42
 *   q 0 / q 1         stop / go on printing it        q 0
 *   t                 triple fault                    t
 *   off               power off (PC chipset)          off
 *
 * A word `d=N` or `d=N,PAGES` on the kernel command line gives the first d command, `q` is q 0.
 */
#include "dirty_page.h"

#include <stdint.h>

#define COM1 0x3f8
#define TICKS_PER_SECOND 100
#define TICKS_PER_COUNT 20
#define DIRTY_BASE 0x800000u

struct multiboot_info { /* the first fields of the specification's structure */
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
};

extern char timer_entry[], fault_entry[];
void kernel_main(uint32_t magic, const struct multiboot_info *info);
void timer_interrupt(void);
void kernel_fault(void);

static volatile uint32_t counter __attribute__((section(".counter"), aligned(4096)));
static volatile uint32_t ticks;
static uint32_t memory_bytes;
static int quiet;

static struct {
    uint64_t run, generation, damaged;
    uint32_t pages_per_tick, count, index;
} dirty;

static inline void outb(uint16_t port, uint8_t value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void outw(uint16_t port, uint16_t value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* The compiler may call these even in freestanding code. */
void *memset(void *to, int value, unsigned long length);
void *memcpy(void *to, const void *from, unsigned long length);

void *memset(void *to, int value, unsigned long length)
{
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
    return to;
}

void *memcpy(void *to, const void *from, unsigned long length)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
    return to;
}

static void put_char(char c)
{
    while (!(inb(COM1 + 5) & 0x20)) {
    }
    outb(COM1, (uint8_t)c);
}

static void put(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n') {
            put_char('\r');
        }
        put_char(*text);
    }
}

static void put_number(uint32_t value, uint32_t base)
{
    char digits[12];
    int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (base == 16) {
        put("0x");
    }
    while (n) {
        put_char(digits[--n]);
    }
}

/* Reads a number, leaves *text behind it; 0 when there is none. */
static int number(const char **text, uint32_t *value)
{
    const char *p = *text;
    uint32_t base = 10, digits = 0;

    while (*p == ' ' || *p == ',' || *p == '=') {
        p++;
    }
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    for (*value = 0;; p++, digits++) {
        uint32_t digit = *p >= '0' && *p <= '9' ? (uint32_t)(*p - '0')
            : (*p | 0x20) >= 'a' && (*p | 0x20) <= 'f' ? (uint32_t)((*p | 0x20) - 'a') + 10
            : 99;

        if (digit >= base) {
            break;
        }
        *value = *value * base + digit;
    }
    *text = p;
    return digits > 0;
}

static void start_dirty(uint32_t pages_per_tick, uint32_t count)
{
    uint32_t most = memory_bytes <= DIRTY_BASE ? 0 : (memory_bytes - DIRTY_BASE) / DIRTY_PAGE_BYTES;

    if (count > most) {
        count = most;
    }
    if (pages_per_tick > count) {
        pages_per_tick = count;
    }
    dirty.run++;
    dirty.generation = 1;
    dirty.damaged = 0;
    dirty.index = 0;
    dirty.count = count;
    dirty.pages_per_tick = pages_per_tick;
    put("d ");
    put_number(pages_per_tick, 10);
    put(" of ");
    put_number(count, 10);
    put(" pages at ");
    put_number(DIRTY_BASE, 16);
    put(", run ");
    put_number((uint32_t)dirty.run, 16);
    put("\n");
}

static void dirty_some(void)
{
    struct dirty_page *pages = (struct dirty_page *)DIRTY_BASE;

    for (uint32_t n = 0; n < dirty.pages_per_tick; n++) {
        struct dirty_page *page = &pages[dirty.index];

        if (dirty.generation > 1 && dirty_damage(page, dirty.run, dirty.index, dirty.generation - 1) >= 0) {
            dirty.damaged++;
        }
        dirty_write(page, dirty.run, dirty.index, dirty.count, dirty.generation);
        if (++dirty.index == dirty.count) {
            dirty.index = 0;
            dirty.generation++;
        }
    }
}

static void triple_fault(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) none = {0, 0};

    __asm__ volatile("cli; lidt %0; int3" : : "m"(none));
}

static void command(const char *line)
{
    const char *p = line + 1;
    uint32_t a = 0, b = 0;

    if (line[0] == 'w' && number(&p, &a) && number(&p, &b)) {
        *(volatile uint32_t *)a = b;
        put("w ");
        put_number(a, 16);
        put(" = ");
        put_number(b, 16);
        put("\n");
    } else if (line[0] == 'r' && number(&p, &a)) {
        put("r ");
        put_number(a, 16);
        put(" = ");
        put_number(*(volatile uint32_t *)a, 16);
        put("\n");
    } else if (line[0] == 'd' && number(&p, &a)) {
        start_dirty(a, number(&p, &b) ? b : 1024);
    } else if (line[0] == 's') {
        put("s sweep ");
        put_number((uint32_t)dirty.generation, 10);
        put(" page ");
        put_number(dirty.index, 10);
        put(" damaged ");
        put_number((uint32_t)dirty.damaged, 10);
        put("\n");
    } else if (line[0] == 'c') {
        put("c ");
        put_number(counter, 10);
        put("\n");
    } else if (line[0] == 'q' && number(&p, &a)) {
        quiet = a == 0;
        put(quiet ? "q 0\n" : "q 1\n");
    } else if (line[0] == 't') {
        put("t\n");
        triple_fault();
    } else if (line[0] == 'o' && line[1] == 'f' && line[2] == 'f') {
        put("off\n");
        outw(0x604, 0x2000); /* PM1a control of i440FX and q35 as QEMU's BIOS sets it up: S5 */
    } else if (line[0]) {
        put("? ");
        put(line);
        put("\n");
    }
}

static void poll_serial(void)
{
    static char line[80];
    static uint32_t length;

    while (inb(COM1 + 5) & 1) {
        char c = (char)inb(COM1);

        if (c == '\r' || c == '\n') {
            line[length] = 0;
            length = 0;
            command(line);
        } else if (length < sizeof line - 1) {
            line[length++] = c;
        }
    }
}

void timer_interrupt(void)
{
    ticks++;
    outb(0x20, 0x20);
}

void kernel_fault(void)
{
    __asm__ volatile("cli");
    put("bare-metal: exception, stopped\n");
    for (;;) {
        __asm__ volatile("hlt");
    }
}

struct gate {
    uint16_t low, selector, flags, high;
};

static void start_timer(void)
{
    static struct gate idt[256];
    static struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) pointer;
    uint16_t divisor = 1193182 / TICKS_PER_SECOND;

    for (unsigned i = 0; i < 256; i++) {
        uint32_t entry = (uint32_t)(i == 32 ? timer_entry : fault_entry);

        idt[i] = (struct gate){(uint16_t)entry, 0x08, 0x8e00, (uint16_t)(entry >> 16)};
    }
    pointer.limit = sizeof idt - 1;
    pointer.base = (uint32_t)idt;
    __asm__ volatile("lidt %0" : : "m"(pointer));
    outb(0x20, 0x11); /* interrupt controllers: vectors 32 and 40, only the timer let through */
    outb(0xa0, 0x11);
    outb(0x21, 32);
    outb(0xa1, 40);
    outb(0x21, 4);
    outb(0xa1, 2);
    outb(0x21, 1);
    outb(0xa1, 1);
    outb(0x21, 0xfe);
    outb(0xa1, 0xff);
    outb(0x43, 0x34);
    outb(0x40, (uint8_t)divisor);
    outb(0x40, (uint8_t)(divisor >> 8));
}

static void start_serial(void)
{
    outb(COM1 + 1, 0);
    outb(COM1 + 3, 0x80);
    outb(COM1 + 0, 1);
    outb(COM1 + 1, 0);
    outb(COM1 + 3, 3);
    outb(COM1 + 2, 7);
    outb(COM1 + 4, 3);
}

static void read_command_line(const char *p)
{
    uint32_t a, b;

    for (int word_starts = 1; *p; word_starts = *p++ == ' ') {
        if (word_starts && p[0] == 'q' && (p[1] == ' ' || !p[1])) {
            quiet = 1;
        }
        if (word_starts && p[0] == 'd' && p[1] == '=') {
            const char *q = p + 2;

            if (number(&q, &a)) {
                start_dirty(a, *q == ',' && number(&q, &b) ? b : 1024);
            }
        }
    }
}

void kernel_main(uint32_t magic, const struct multiboot_info *info)
{
    uint32_t next_count = TICKS_PER_COUNT, last_tick = 0;

    start_serial();
    if (magic != 0x2badb002 || !(info->flags & 1)) {
        put("bare-metal: not started by a multiboot loader\n");
        return;
    }
    memory_bytes = 0x100000 + info->mem_upper * 1024;
    put("bare-metal up: ");
    put_number(memory_bytes / 1024, 10);
    put(" KiB, counter at ");
    put_number((uint32_t)&counter, 16);
    put("\n");
    if (info->flags & 4) {
        read_command_line((const char *)info->command_line);
    }
    start_timer();
    for (;;) {
        __asm__ volatile("sti; hlt; cli");
        poll_serial();
        if (ticks != last_tick) {
            last_tick = ticks;
            dirty_some();
        }
        if ((int32_t)(ticks - next_count) >= 0) {
            next_count = ticks + TICKS_PER_COUNT;
            counter++;
            if (!quiet) {
                put("counter ");
                put_number(counter, 10);
                put("\n");
            }
        }
    }
}
