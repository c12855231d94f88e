// Which descriptors lead below the watched folder.

#define _GNU_SOURCE
#include "faults.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static struct {
    bool is_watched;
    bool flushes_every_write;
    uint64_t inode;
} table[DESCRIPTORS];

static const char *below(void) {
    static const char *folder;
    if (folder == NULL) {
        folder = getenv("DAYBOOK_FAULTS_BELOW");
        folder = folder == NULL ? "" : folder;
    }
    return folder;
}

static bool is_below(const char *path) {
    size_t count = strlen(below());
    return count > 0 && strncmp(path, below(), count) == 0 && (path[count] == '/' || path[count] == 0);
}

/// Puts the absolute path of an open descriptor into `path`.
static bool path_of(int descriptor, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, size - 1);
    if (count <= 0) {
        return false;
    }
    path[count] = 0;
    return true;
}

bool watched_path(int at, const char *name, char *path, size_t size) {
    if (name[0] == '/') {
        snprintf(path, size, "%s", name);
        return is_below(path);
    }
    char folder[4096];
    if (at == AT_FDCWD ? getcwd(folder, sizeof folder) == NULL : !path_of(at, folder, sizeof folder)) {
        return false;
    }
    snprintf(path, size, "%s/%s", folder, name);
    return is_below(path);
}

void remember(int descriptor, int flags) {
    char path[4096];
    struct stat status;
    if (descriptor < 0 || descriptor >= DESCRIPTORS || !path_of(descriptor, path, sizeof path) || !is_below(path)
        || fstat(descriptor, &status) != 0) {
        return;
    }
    table[descriptor].is_watched = true;
    table[descriptor].flushes_every_write = (flags & O_DSYNC) != 0;
    table[descriptor].inode = status.st_ino;
    trace(RECORD_OPENED, 0, status.st_ino, (uint64_t)status.st_size, path, NULL, 0);
}

void forget(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) {
        table[descriptor].is_watched = false;
    }
}

bool is_watched(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS && table[descriptor].is_watched;
}

uint64_t inode_of(int descriptor) {
    return table[descriptor].inode;
}

bool flushes_every_write(int descriptor) {
    return table[descriptor].flushes_every_write;
}
