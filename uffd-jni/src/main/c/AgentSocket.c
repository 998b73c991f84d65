#define _GNU_SOURCE
#include "dev_marey_uffd_AgentSocket.h"
#include "native.h"
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

CONSTANT(jint, AgentSocket, pathLimitBytes, sizeof((struct sockaddr_un *)0)->sun_path - 1)

JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_socket(JNIEnv *env, jclass class) {
  UNUSED(env, class);
  return (jint)RESULT_OF(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

/* The path's length has been checked against pathLimitBytes. */
JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_bind(
    JNIEnv *env, jclass class, jint fd, jbyteArray path) {
  UNUSED(env, class);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  (*env)->GetByteArrayRegion(
      env, path, 0, (*env)->GetArrayLength(env, path), (jbyte *)name.sun_path);
  return (jint)RESULT_OF(bind(fd, (struct sockaddr *)&name, sizeof name));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_listen(JNIEnv *env, jclass class, jint fd) {
  UNUSED(env, class);
  return (jint)RESULT_OF(listen(fd, 4));
}

/* 1 when the descriptor can be read from (or has ended), 0 when the time has passed. */
JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_poll(
    JNIEnv *env, jclass class, jint fd, jint timeoutMillis) {
  UNUSED(env, class);
  struct pollfd one = {.fd = fd, .events = POLLIN};
  return (jint)RESULT_OF(poll(&one, 1, timeoutMillis));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_accept(JNIEnv *env, jclass class, jint fd) {
  UNUSED(env, class);
  return (jint)RESULT_OF(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_peerPid(JNIEnv *env, jclass class, jint fd) {
  UNUSED(env, class);
  struct ucred peer = {0};
  socklen_t length = sizeof peer;
  long result = RESULT_OF(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length));
  return result < 0 ? (jint)result : peer.pid;
}

/* Bytes received; received[0] becomes the descriptor that came along, -1 when none did. */
JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_receive(
    JNIEnv *env, jclass class, jint fd, jlong buffer, jint length, jintArray received) {
  UNUSED(env, class);
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec io = {.iov_base = (void *)(uintptr_t)buffer, .iov_len = (size_t)length};
  struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes,
      .msg_controllen = sizeof control.bytes};
  long result = RESULT_OF(recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
  jint passed = -1;
  struct cmsghdr *rights = result < 0 ? NULL : CMSG_FIRSTHDR(&message);
  if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS
      && rights->cmsg_len == CMSG_LEN(sizeof(int))) {
    memcpy(&passed, CMSG_DATA(rights), sizeof passed);
  }
  (*env)->SetIntArrayRegion(env, received, 0, 1, &passed);
  return (jint)result;
}

JNIEXPORT jint JNICALL Java_dev_marey_uffd_AgentSocket_send(JNIEnv *env, jclass class, jint fd, jbyte answer) {
  UNUSED(env, class);
  return (jint)RESULT_OF(send(fd, &answer, 1, MSG_NOSIGNAL));
}
