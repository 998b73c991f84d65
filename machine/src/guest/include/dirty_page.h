/*
 * Page written by `dirty` and by the bare-metal guest. A reader of a RAM image finds such pages by their magic and can
 * tell whether they all belong to one instant: a snapshot that is torn cannot pass.
 *
 * All numbers are little-endian, offsets in bytes from the start of the 4096-byte page:
 *
 *      0  magic       8 bytes  "MAREYDP1"
 *      8  run         u64      identifies one run of one program; pages of earlier runs may linger in free memory
 *     16  index       u32      number of this page within the run, 0 .. count-1
 *     20  count       u32      number of pages in the run
 *     24  generation  u64      number of the sweep that began to write this page, 1 for the first
 *     32  body        507 x u64  body[i] = seed(run, index, generation) + i
 *   4088  end         u64      number of the sweep that finished this page
 *
 *   seed(run, index, generation) = (run ^ index) * 0x9e3779b97f4a7c15 + generation * 0xd1342543de82ef95   (mod 2^64)
 *
 * One thread writes: sweep g rewrites the pages in the order of their index; within a page it writes generation, then
 * body[0], body[1], ... body[506], then end. (magic, run, index and count are written once, before generation is
 * first set.) So at any instant there is one k such that
 *
 *   - pages 0 .. k-1 are whole and of generation g,
 *   - page k is whole and of generation g or g-1, or it is being written: generation g, a first part of the body
 *     of g, the rest of the body of g-1, end = g-1,
 *   - pages k+1 .. count-1 are whole and of generation g-1.
 *
 * Before the first sweep has passed, pages of "generation 0" are all zeroes, magic included. The 32-bit guest stores a
 * u64 as two halves, the lower first, so there one word of the body may be half new; generation and end may not, as
 * they stay below 2^32.
 */
#ifndef MAREY_DIRTY_PAGE_H
#define MAREY_DIRTY_PAGE_H

#include <stdint.h>

#define DIRTY_PAGE_BYTES 4096
#define DIRTY_BODY_WORDS 507

struct dirty_page {
    char magic[8];
    uint64_t run;
    uint32_t index;
    uint32_t count;
    uint64_t generation;
    uint64_t body[DIRTY_BODY_WORDS];
    uint64_t end;
};

_Static_assert(sizeof(struct dirty_page) == DIRTY_PAGE_BYTES, "the layout above fills one page");

static inline uint64_t dirty_seed(uint64_t run, uint32_t index, uint64_t generation)
{
    return (run ^ index) * 0x9e3779b97f4a7c15ull + generation * 0xd1342543de82ef95ull;
}

/* The first word of the body that is not of the generation the page claims, or -1 when the page is whole. */
static inline int dirty_damage(const struct dirty_page *page, uint64_t run, uint32_t index, uint64_t generation)
{
    uint64_t seed = dirty_seed(run, index, generation);

    if (page->run != run || page->index != index || page->generation != generation || page->end != generation) {
        return 0;
    }
    for (int i = 0; i < DIRTY_BODY_WORDS; i++) {
        if (page->body[i] != seed + (uint64_t)i) {
            return i;
        }
    }
    return -1;
}

static inline void dirty_write(struct dirty_page *page, uint64_t run, uint32_t index, uint32_t count, uint64_t generation)
{
    static const char magic[8] = {'M', 'A', 'R', 'E', 'Y', 'D', 'P', '1'};
    volatile struct dirty_page *p = page; /* volatile: every store happens, in this order */
    uint64_t seed = dirty_seed(run, index, generation);

    if (generation == 1) {
        p->run = run;
        p->index = index;
        p->count = count;
        for (int i = 0; i < 8; i++) {
            p->magic[i] = magic[i];
        }
    }
    p->generation = generation;
    for (int i = 0; i < DIRTY_BODY_WORDS; i++) {
        p->body[i] = seed + (uint64_t)i;
    }
    p->end = generation;
}

#endif
