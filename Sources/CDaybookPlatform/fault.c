// What a process ran out of when it got the signal of a crash. Called by signal handlers: it makes system calls and
// nothing else.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)

enum part { first_address, last_address, rest };

struct line {
    enum part part;
    uintptr_t bounds[2];
    /// What stands behind the last slash, as far as it matters.
    char name[64];
    size_t name_length;
    int has_file;
};

/// Takes the next character; 1 when a line is complete that is about `address`.
static int take(struct line *line, char next, uintptr_t address) {
    if (next == '\n') {
        return line->bounds[0] <= address && address < line->bounds[1];
    }
    if (line->part != rest) {
        if (next == '-' || next == ' ') {
            line->part++;
        } else {
            int digit = next <= '9' ? next - '0' : next - 'a' + 10;
            line->bounds[line->part] = line->bounds[line->part] * 16 + (uintptr_t)digit;
        }
    } else if (next == '/') {
        line->has_file = 1;
        line->name_length = 0;
    } else if (line->has_file && line->name_length < sizeof(line->name)) {
        line->name[line->name_length++] = next;
    }
    return 0;
}

/// Whether the kernel had no page for an address that is mapped from another file than `name`.
static int is_in_other_file(const siginfo_t *fault, const char *name) {
    // Sent by somebody, and not by the kernel for an address that has no memory behind it.
    if (fault->si_code != BUS_ADRERR) {
        return 0;
    }
    int descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return 0;
    }
    struct line line = {0};
    char piece[1024];
    ssize_t count;
    int answer = 0, is_found = 0;
    while (!is_found && (count = read(descriptor, piece, sizeof piece)) > 0) {
        for (ssize_t at = 0; at < count && !is_found; at++) {
            is_found = take(&line, piece[at], (uintptr_t)fault->si_addr);
            if (is_found) {
                size_t length = strlen(name);
                int is_named = line.name_length >= length && memcmp(line.name, name, length) == 0;
                answer = line.has_file && !is_named;
            } else if (piece[at] == '\n') {
                line = (struct line){0};
            }
        }
    }
    close(descriptor);
    return answer;
}

#else

static int is_in_other_file(const siginfo_t *fault, const char *name) {
    (void)fault, (void)name;
    return 0;
}

#endif

/// Whether a limit keeps this process from taking as much address space as an allocation or a thread may want.
static int is_address_space_used_up(void) {
    const size_t wanted = 64 << 20;
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return 0;
    }
    void *memory = mmap(NULL, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (memory == MAP_FAILED) {
        return errno == ENOMEM;
    }
    munmap(memory, wanted);
    return 0;
}

static int are_descriptors_used_up(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == EMFILE || errno == ENFILE;
    }
    close(descriptor);
    return 0;
}

enum daybook_shortage daybook_what_ran_out(int signal, const siginfo_t *fault) {
    if (signal == SIGBUS && fault != NULL && is_in_other_file(fault, "data.mdb")) {
        return DAYBOOK_DISK_RAN_OUT;
    }
    if (are_descriptors_used_up()) {
        return DAYBOOK_DESCRIPTORS_RAN_OUT;
    }
    return is_address_space_used_up() ? DAYBOOK_ADDRESS_SPACE_RAN_OUT : DAYBOOK_NOTHING_RAN_OUT;
}
