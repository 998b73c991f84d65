#include "dev_marey_uffd_Userfaultfd.h"
#include "native.h"
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

JNIEXPORT jint JNICALL Java_dev_marey_uffd_Userfaultfd_setNonBlocking(JNIEnv *env, jclass class, jint fd) {
  UNUSED(env, class);
  return (jint)RESULT_OF(fcntl(fd, F_SETFL, O_NONBLOCK));
}

JNIEXPORT jlong JNICALL Java_dev_marey_uffd_Userfaultfd_api(JNIEnv *env, jclass class, jint fd, jlong features) {
  UNUSED(env, class);
  struct uffdio_api api = {.api = UFFD_API, .features = (uint64_t)features};
  long result = RESULT_OF(ioctl(fd, UFFDIO_API, &api));
  return result < 0 ? result : (jlong)(api.features & INT64_MAX);
}

JNIEXPORT jlong JNICALL Java_dev_marey_uffd_Userfaultfd_register(
    JNIEnv *env, jclass class, jint fd, jlong address, jlong length, jlong modes) {
  UNUSED(env, class);
  struct uffdio_register range = {
      .range = {.start = (uint64_t)address, .len = (uint64_t)length}, .mode = (uint64_t)modes};
  long result = RESULT_OF(ioctl(fd, UFFDIO_REGISTER, &range));
  return result < 0 ? result : (jlong)(range.ioctls & INT64_MAX);
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_Userfaultfd_unregister(
    JNIEnv *env, jclass class, jint fd, jlong address, jlong length) {
  UNUSED(env, class);
  struct uffdio_range range = {.start = (uint64_t)address, .len = (uint64_t)length};
  return (jint)RESULT_OF(ioctl(fd, UFFDIO_UNREGISTER, &range));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_Userfaultfd_writeprotect(
    JNIEnv *env, jclass class, jint fd, jlong address, jlong length, jlong mode) {
  UNUSED(env, class);
  struct uffdio_writeprotect range = {
      .range = {.start = (uint64_t)address, .len = (uint64_t)length}, .mode = (uint64_t)mode};
  return (jint)RESULT_OF(ioctl(fd, UFFDIO_WRITEPROTECT, &range));
}

/* Bytes filled, fewer than asked when the kernel stopped on the way (its EAGAIN with a positive count). */
JNIEXPORT jlong JNICALL Java_dev_marey_uffd_Userfaultfd_copy(
    JNIEnv *env, jclass class, jint fd, jlong destination, jlong source, jlong length, jlong mode) {
  UNUSED(env, class);
  struct uffdio_copy run = {.dst = (uint64_t)destination, .src = (uint64_t)source,
      .len = (uint64_t)length, .mode = (uint64_t)mode};
  long result = RESULT_OF(ioctl(fd, UFFDIO_COPY, &run));
  return run.copy > 0 ? (jlong)run.copy : (jlong)result;
}

/* As copy. */
JNIEXPORT jlong JNICALL Java_dev_marey_uffd_Userfaultfd_zeropage(
    JNIEnv *env, jclass class, jint fd, jlong address, jlong length) {
  UNUSED(env, class);
  struct uffdio_zeropage run = {.range = {.start = (uint64_t)address, .len = (uint64_t)length}};
  long result = RESULT_OF(ioctl(fd, UFFDIO_ZEROPAGE, &run));
  return run.zeropage > 0 ? (jlong)run.zeropage : (jlong)result;
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_Userfaultfd_wakeRange(
    JNIEnv *env, jclass class, jint fd, jlong address, jlong length) {
  UNUSED(env, class);
  struct uffdio_range range = {.start = (uint64_t)address, .len = (uint64_t)length};
  return (jint)RESULT_OF(ioctl(fd, UFFDIO_WAKE, &range));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_Userfaultfd_readMessages(
    JNIEnv *env, jclass class, jint fd, jlong buffer, jint length) {
  UNUSED(env, class);
  return (jint)RESULT_OF(read(fd, (void *)(uintptr_t)buffer, (size_t)length));
}
