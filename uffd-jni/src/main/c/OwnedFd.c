#include "dev_marey_uffd_OwnedFd.h"
#include "native.h"
#include <unistd.h>

/* Not made again after EINTR: Linux has freed the number by then. */
JNIEXPORT jint JNICALL Java_dev_marey_uffd_OwnedFd_closeNumber(JNIEnv *env, jclass class, jint fd) {
  UNUSED(env, class);
  return close(fd) ? -errno : 0;
}
