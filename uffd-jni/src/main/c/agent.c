/* Marey's agent, loaded into QEMU by LD_PRELOAD. Before main() it opens a userfaultfd of QEMU's address space
 * and hands it to Marey over the Unix socket that MAREY_AGENT_SOCKET names. It keeps a copy: were the last one
 * closed, vCPUs blocked in a fault would wake and run on pages of zeroes. Its thread ends QEMU when Marey ends.
 *
 * Greeting, one SOCK_SEQPACKET message, host byte order, the userfaultfd beside it (SCM_RIGHTS) if there is one:
 *   0  u32  magic "MRYA" as written in memory
 *   4  u32  version, 1
 *   8  i32  pid
 *  12  i32  errno of the system call userfaultfd(2), 0 if it gave the descriptor
 *  16  i32  errno of /dev/userfaultfd, 0 if it gave the descriptor or was not needed
 *  20  u32  length of the executable's path in bytes
 *  24       the path, without a terminating zero
 * Answer, one byte: 'k' go on; anything else, or the end of the connection: do not run. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { EXIT_WITHOUT_MAREY = 99, STACK_BYTES = 256 * 1024 };

struct greeting {
  char magic[4];
  uint32_t version;
  int32_t pid;
  int32_t system_call_errno;
  int32_t device_errno;
  uint32_t path_length;
  char path[PATH_MAX];
};

static int marey = -1;

static void give_up(const char *what) {
  fprintf(stderr, "marey agent: %s: %s\n", what, strerror(errno));
  _exit(EXIT_WITHOUT_MAREY);
}

static ssize_t read_byte(char *byte) {
  ssize_t count;
  do {
    count = read(marey, byte, 1);
  } while (count < 0 && errno == EINTR);
  return count;
}

static void *end_with_marey(void *unused) {
  char byte;
  while (read_byte(&byte) > 0) {
  }
  kill(getpid(), SIGKILL);
  return unused;
}

/* Marey puts the agent first and what the user had there behind a colon. */
static void restore_environment(void) {
  const char *preload = getenv("LD_PRELOAD");
  const char *rest = preload ? strchr(preload, ':') : NULL;
  if (rest && rest[1]) {
    char *copy = strdup(rest + 1);
    if (!copy || setenv("LD_PRELOAD", copy, 1)) give_up("restoring LD_PRELOAD");
    free(copy);
  } else {
    unsetenv("LD_PRELOAD");
  }
  unsetenv("MAREY_AGENT_SOCKET");
}

static int open_userfaultfd(struct greeting *greeting) {
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  if (uffd >= 0) return uffd;
  greeting->system_call_errno = errno;
  int device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
  if (device >= 0) uffd = ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK);
  if (uffd < 0) greeting->device_errno = errno;
  if (device >= 0) close(device);
  return uffd;
}

/* Ctrl+C at Marey's terminal and its closing are signals to the whole group: Marey decides what becomes of QEMU.
 * Whoever leads a group already cannot leave its session; whoever leads a session has left ours. */
static void leave_terminal(void) {
  if (setsid() < 0 && getsid(0) != getpid()) give_up("leaving Marey's terminal");
}

static void connect_to(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof name.sun_path) {
    errno = ENAMETOOLONG;
    give_up(path);
  }
  strcpy(name.sun_path, path);
  marey = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (marey < 0 || connect(marey, (struct sockaddr *)&name, sizeof name)) give_up(path);
}

static void greet(struct greeting *greeting, int uffd) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec io = {greeting, offsetof(struct greeting, path) + greeting->path_length};
  struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1};
  if (uffd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &uffd, sizeof uffd);
  }
  if (sendmsg(marey, &message, MSG_NOSIGNAL) < 0) give_up("reporting to Marey");
}

static void start_watcher(void) {
  /* QEMU directs signals at threads of its own: this one must never take any. It inherits the mask. */
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_t watcher;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  errno = pthread_create(&watcher, &attributes, end_with_marey, NULL);
  if (errno) give_up("starting the watcher");
  pthread_setname_np(watcher, "marey-agent");
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor)) static void hand_over_userfaultfd(void) {
  const char *path = getenv("MAREY_AGENT_SOCKET");
  if (!path) return;
  static struct greeting greeting = {.magic = {'M', 'R', 'Y', 'A'}, .version = 1};
  leave_terminal();
  connect_to(path);
  restore_environment();
  greeting.pid = getpid();
  ssize_t length = readlink("/proc/self/exe", greeting.path, sizeof greeting.path);
  greeting.path_length = length < 0 ? 0 : (uint32_t)length;
  greet(&greeting, open_userfaultfd(&greeting));
  char answer = 0;
  if (read_byte(&answer) != 1 || answer != 'k') _exit(EXIT_WITHOUT_MAREY);
  start_watcher();
}
