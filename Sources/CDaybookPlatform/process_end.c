// A descriptor that tells when another process has ended, so that nobody has to look again and again.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>

// The number is the same on every architecture; headers older than the call do not have it.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

int daybook_process_end_descriptor(pid_t process, int *out) {
    // Close-on-exec is what the kernel gives it anyway.
    long descriptor = syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) {
        return errno == ENOSYS || errno == EPERM ? ENOTSUP : errno;
    }
    *out = (int)descriptor;
    return 0;
}

#elif defined(__APPLE__)
#include <sys/event.h>

int daybook_process_end_descriptor(pid_t process, int *out) {
    int queue = kqueue();
    if (queue < 0) {
        return errno;
    }
    fcntl(queue, F_SETFD, FD_CLOEXEC);
    struct kevent wanted;
    EV_SET(&wanted, process, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
    if (kevent(queue, &wanted, 1, NULL, 0, NULL) != 0) {
        int code = errno;
        close(queue);
        return code;
    }
    *out = queue;
    return 0;
}

#else

int daybook_process_end_descriptor(pid_t process, int *out) {
    (void)process;
    (void)out;
    return ENOTSUP;
}

#endif
