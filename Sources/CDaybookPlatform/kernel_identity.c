// Which boot of which kernel this is, and which namespaces the process lives in. A pid, a clock reading or a lock means
// something only among processes that agree on these.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

/// Reads 32 hexadecimal digits, with or without dashes between them.
static int parse_identity(const char *text, uint8_t out[16]) {
    int digits = 0;
    for (; digits < 32 && *text != 0; text++) {
        int digit;
        if (*text >= '0' && *text <= '9') {
            digit = *text - '0';
        } else if (*text >= 'a' && *text <= 'f') {
            digit = *text - 'a' + 10;
        } else if (*text >= 'A' && *text <= 'F') {
            digit = *text - 'A' + 10;
        } else if (*text == '-') {
            continue;
        } else {
            return EINVAL;
        }
        out[digits / 2] = (uint8_t)(digits % 2 == 0 ? digit << 4 : out[digits / 2] | digit);
        digits++;
    }
    return digits == 32 ? 0 : EINVAL;
}

int daybook_boot_identity(uint8_t out[16]) {
    char text[64] = {0};
#if defined(__linux__)
    int descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno;
    }
    ssize_t received;
    do {
        received = read(descriptor, text, sizeof text - 1);
    } while (received < 0 && errno == EINTR);
    int failure = received < 0 ? errno : 0;
    close(descriptor);
    return failure != 0 ? failure : parse_identity(text, out);
#elif defined(__APPLE__)
    size_t size = sizeof text - 1;
    return sysctlbyname("kern.bootsessionuuid", text, &size, NULL, 0) != 0 ? errno : parse_identity(text, out);
#else
    (void)text, (void)out, (void)parse_identity;
    return ENOTSUP;
#endif
}

/// A namespace's number is the inode of its file; a kernel without that kind of namespace has no such file.
static int namespace_number(const char *path, uint64_t *out) {
    struct stat status;
    *out = 0;
    if (stat(path, &status) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    *out = (uint64_t)status.st_ino;
    return 0;
}

int daybook_pid_namespace(uint64_t *out) {
    return namespace_number("/proc/self/ns/pid", out);
}

int daybook_time_namespace(uint64_t *out) {
    return namespace_number("/proc/self/ns/time", out);
}
