#include "dev_marey_uffd_UffdAbi.h"
#include "native.h"
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <unistd.h>

CONSTANT(jlong, UffdAbi, featurePagefaultFlagWp, UFFD_FEATURE_PAGEFAULT_FLAG_WP)
CONSTANT(jlong, UffdAbi, featureMissingShmem, UFFD_FEATURE_MISSING_SHMEM)
CONSTANT(jlong, UffdAbi, featureThreadId, UFFD_FEATURE_THREAD_ID)
CONSTANT(jlong, UffdAbi, featureWpHugetlbfsShmem, UFFD_FEATURE_WP_HUGETLBFS_SHMEM)

CONSTANT(jlong, UffdAbi, registerModeMissing, UFFDIO_REGISTER_MODE_MISSING)
CONSTANT(jlong, UffdAbi, registerModeWp, UFFDIO_REGISTER_MODE_WP)

CONSTANT(jlong, UffdAbi, ioctlWake, (uint64_t)1 << _UFFDIO_WAKE)
CONSTANT(jlong, UffdAbi, ioctlCopy, (uint64_t)1 << _UFFDIO_COPY)
CONSTANT(jlong, UffdAbi, ioctlZeropage, (uint64_t)1 << _UFFDIO_ZEROPAGE)
CONSTANT(jlong, UffdAbi, ioctlWriteprotect, (uint64_t)1 << _UFFDIO_WRITEPROTECT)

CONSTANT(jlong, UffdAbi, copyModeWp, UFFDIO_COPY_MODE_WP)
CONSTANT(jlong, UffdAbi, writeprotectModeWp, UFFDIO_WRITEPROTECT_MODE_WP)

CONSTANT(jint, UffdAbi, messageBytes, sizeof(struct uffd_msg))
CONSTANT(jint, UffdAbi, messageEventOffset, offsetof(struct uffd_msg, event))
CONSTANT(jint, UffdAbi, messageFlagsOffset, offsetof(struct uffd_msg, arg.pagefault.flags))
CONSTANT(jint, UffdAbi, messageAddressOffset, offsetof(struct uffd_msg, arg.pagefault.address))
CONSTANT(jint, UffdAbi, messageThreadOffset, offsetof(struct uffd_msg, arg.pagefault.feat.ptid))

CONSTANT(jint, UffdAbi, eventPagefault, UFFD_EVENT_PAGEFAULT)
CONSTANT(jlong, UffdAbi, flagWrite, UFFD_PAGEFAULT_FLAG_WRITE)
CONSTANT(jlong, UffdAbi, flagWp, UFFD_PAGEFAULT_FLAG_WP)

CONSTANT(jlong, UffdAbi, pageBytes, sysconf(_SC_PAGESIZE))
