/* What every file of this library shares: the convention that a call returns its result, or -errno. */
#ifndef MAREY_NATIVE_H
#define MAREY_NATIVE_H

#include <errno.h>
#include <jni.h>
#include <stdint.h>

/* The value of a system call, made again when a signal interrupted it; -errno when it failed. */
#define RESULT_OF(call)                           \
  ({                                              \
    long value_;                                  \
    do {                                          \
      value_ = (long)(call);                      \
    } while (value_ == -1 && errno == EINTR);     \
    value_ == -1 ? (long)-errno : value_;         \
  })

/* A constant of the C headers as a static native method without parameters. */
#define CONSTANT(type, class_, name, value)                                                    \
  JNIEXPORT type JNICALL Java_dev_marey_uffd_##class_##_##name(JNIEnv *env, jclass unused) {  \
    (void)env;                                                                                 \
    (void)unused;                                                                              \
    return (type)(value);                                                                      \
  }

#define UNUSED(env, class_) ((void)(env), (void)(class_))

#endif
