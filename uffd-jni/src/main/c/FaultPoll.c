#include "dev_marey_uffd_FaultPoll.h"
#include "native.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

JNIEXPORT jint JNICALL Java_dev_marey_uffd_FaultPoll_eventfd(JNIEnv *env, jclass class) {
  UNUSED(env, class);
  return (jint)RESULT_OF(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

/* The returned events of the first descriptor in the low 16 bits, of the second above them. */
JNIEXPORT jint JNICALL Java_dev_marey_uffd_FaultPoll_poll(
    JNIEnv *env, jclass class, jint first, jint second, jint timeoutMillis) {
  UNUSED(env, class);
  struct pollfd both[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
  long result = RESULT_OF(poll(both, 2, timeoutMillis));
  return result < 0 ? (jint)result : (both[0].revents & 0x7fff) | (both[1].revents & 0x7fff) << 16;
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_FaultPoll_add(JNIEnv *env, jclass class, jint eventfd) {
  UNUSED(env, class);
  uint64_t one = 1;
  return (jint)RESULT_OF(write(eventfd, &one, sizeof one));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_FaultPoll_drain(JNIEnv *env, jclass class, jint eventfd) {
  UNUSED(env, class);
  uint64_t count;
  return (jint)RESULT_OF(read(eventfd, &count, sizeof count));
}

CONSTANT(jint, FaultPoll, pollin, POLLIN)
