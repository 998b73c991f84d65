#define _GNU_SOURCE
#include "dev_marey_uffd_Errno.h"
#include "native.h"
#include <string.h>

CONSTANT(jint, Errno, eperm, EPERM)
CONSTANT(jint, Errno, enoent, ENOENT)
CONSTANT(jint, Errno, esrch, ESRCH)
CONSTANT(jint, Errno, eagain, EAGAIN)
CONSTANT(jint, Errno, eacces, EACCES)
CONSTANT(jint, Errno, eexist, EEXIST)
CONSTANT(jint, Errno, einval, EINVAL)
CONSTANT(jint, Errno, enosys, ENOSYS)

JNIEXPORT jstring JNICALL Java_dev_marey_uffd_Errno_symbol(JNIEnv *env, jclass class, jint errno_) {
  UNUSED(env, class);
  const char *name = strerrorname_np(errno_);
  return (*env)->NewStringUTF(env, name ? name : "unknown");
}

JNIEXPORT jstring JNICALL Java_dev_marey_uffd_Errno_words(JNIEnv *env, jclass class, jint errno_) {
  UNUSED(env, class);
  const char *words = strerrordesc_np(errno_);
  return (*env)->NewStringUTF(env, words ? words : "unknown error");
}
