/*
 * guard PROGRAM ARGUMENT...: runs the program, kills it when the own standard input ends, and ends with it. So the
 * program does not outlive whoever holds the other end of that pipe, however that one ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    _exit(1);
}

int main(int argc, char **argv)
{
    pid_t child;
    int exits;

    if (argc < 2) {
        fprintf(stderr, "usage: guard PROGRAM ARGUMENT...\n");
        return 2;
    }
    setpgid(0, 0); /* Ctrl+C at the terminal is not for these two */
    child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (!child) {
        int nothing = open("/dev/null", O_RDONLY);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (nothing < 0 || dup2(nothing, 0) < 0) {
            fail("/dev/null");
        }
        execvp(argv[1], argv + 1);
        fail(argv[1]);
    }
    exits = (int)syscall(SYS_pidfd_open, child, 0);
    if (exits < 0) {
        kill(child, SIGKILL);
        fail("pidfd_open");
    }
    for (;;) {
        struct pollfd ready[2] = {{0, POLLIN, 0}, {exits, POLLIN, 0}};
        char ignored[64];

        if (poll(ready, 2, -1) < 0) {
            continue;
        }
        if (ready[1].revents) {
            break;
        }
        if (ready[0].revents && read(0, ignored, sizeof ignored) <= 0) {
            kill(child, SIGKILL);
            break;
        }
    }
    waitpid(child, NULL, 0);
    return 0;
}
