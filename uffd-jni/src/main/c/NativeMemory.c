#define _GNU_SOURCE
#include "dev_marey_uffd_NativeMemory.h"
#include "native.h"
#include <sys/mman.h>

JNIEXPORT jlong JNICALL Java_dev_marey_uffd_NativeMemory_map(JNIEnv *env, jclass class, jlong length) {
  UNUSED(env, class);
  return (jlong)RESULT_OF(
      mmap(NULL, (size_t)length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_NativeMemory_unmap(
    JNIEnv *env, jclass class, jlong address, jlong length) {
  UNUSED(env, class);
  return (jint)RESULT_OF(munmap((void *)(uintptr_t)address, (size_t)length));
}

JNIEXPORT jobject JNICALL Java_dev_marey_uffd_NativeMemory_view(
    JNIEnv *env, jclass class, jlong address, jlong length) {
  UNUSED(env, class);
  return (*env)->NewDirectByteBuffer(env, (void *)(uintptr_t)address, length);
}
