/* A process with a piece of shared memory, for tests to arm: touches it on command, each touch in a thread of
 * its own, since it may wait for a page. Ends with its standard input; never, if GUEST_MEMORY_STAYS is set. With
 * GUEST_MEMORY_HUGE the memory is of huge pages, of which the host need not have any: do not touch it.
 *
 *   guest-memory PAGES [FILE]   maps the file, or a memfd of its own; first prints: ready ADDRESS NUMBER UID
 *   ID write OFFSET LENGTH VALUE   writes one byte into each page of the span; prints: ID wrote THREAD
 *   ID read OFFSET LENGTH          prints: ID sum of one byte of each page
 *   ID punch OFFSET LENGTH         gives the pages back to the kernel; prints: ID punched
 *   ID block NUMBER                makes a descriptor a blocking one; prints: ID blocks
 *   ID env NAME                    prints: ID VALUE, or ID unset */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

static volatile unsigned char *memory;
static int memfd;

struct order {
  char id[32], verb[16], name[64];
  size_t offset, length;
  unsigned value;
};

static void *carry_out(void *argument) {
  struct order *order = argument;
  if (!strcmp(order->verb, "write")) {
    for (size_t at = 0; at < order->length; at += PAGE) memory[order->offset + at] = (unsigned char)order->value;
    printf("%s wrote %ld\n", order->id, syscall(SYS_gettid));
  } else {
    unsigned long sum = 0;
    for (size_t at = 0; at < order->length; at += PAGE) sum += memory[order->offset + at];
    printf("%s %lu\n", order->id, sum);
  }
  free(order);
  return NULL;
}

static void obey(const char *line) {
  struct order *order = calloc(1, sizeof *order);
  if (!order) exit(1);
  sscanf(line, "%31s %15s", order->id, order->verb);
  if (!strcmp(order->verb, "env")) {
    sscanf(line, "%*s %*s %63s", order->name);
    const char *value = getenv(order->name);
    printf("%s %s\n", order->id, value ? value : "unset");
    free(order);
    return;
  }
  sscanf(line, "%*s %*s %zu %zu %u", &order->offset, &order->length, &order->value);
  if (!strcmp(order->verb, "punch")) {
    if (fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)order->offset, (off_t)order->length)) {
      perror("fallocate");
      exit(1);
    }
    printf("%s punched\n", order->id);
    free(order);
    return;
  }
  if (!strcmp(order->verb, "block")) {
    if (fcntl((int)order->offset, F_SETFL, 0)) {
      perror("fcntl");
      exit(1);
    }
    printf("%s blocks\n", order->id);
    free(order);
    return;
  }
  pthread_t thread;
  if (pthread_create(&thread, NULL, carry_out, order)) exit(1);
  pthread_detach(thread);
}

int main(int count, char **arguments) {
  size_t bytes = count > 1 ? strtoul(arguments[1], NULL, 10) * PAGE : PAGE;
  setvbuf(stdout, NULL, _IOLBF, 0);
  int huge = getenv("GUEST_MEMORY_HUGE") != NULL;
  memfd = count > 2 ? open(arguments[2], O_RDWR | O_CLOEXEC)
                    : memfd_create("guest-memory", MFD_CLOEXEC | (huge ? MFD_HUGETLB : 0));
  if (memfd < 0 || (count <= 2 && ftruncate(memfd, (off_t)bytes))) return 1;
  void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (huge ? MAP_NORESERVE : 0), memfd, 0);
  if (mapped == MAP_FAILED) return 1;
  memory = mapped;
  printf("ready %lu %d %d\n", (unsigned long)mapped, memfd, (int)getuid());
  char line[256];
  while (fgets(line, sizeof line, stdin)) obey(line);
  while (getenv("GUEST_MEMORY_STAYS")) pause();
  /* Not exit(): a thread may wait for a page with stdout's lock wanted. */
  _exit(0);
}
