#include "dev_marey_uffd_UffdSupport.h"
#include "native.h"
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

JNIEXPORT jint JNICALL Java_dev_marey_uffd_UffdSupport_openBySystemCall(
    JNIEnv *env, jclass class, jboolean userModeOnly) {
  UNUSED(env, class);
  int mode = O_CLOEXEC | O_NONBLOCK | (userModeOnly ? UFFD_USER_MODE_ONLY : 0);
  return (jint)RESULT_OF(syscall(SYS_userfaultfd, mode));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_UffdSupport_openDevice(JNIEnv *env, jclass class) {
  UNUSED(env, class);
  return (jint)RESULT_OF(open("/dev/userfaultfd", O_RDWR | O_CLOEXEC));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_UffdSupport_openByDevice(JNIEnv *env, jclass class, jint device) {
  UNUSED(env, class);
  return (jint)RESULT_OF(ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK));
}
