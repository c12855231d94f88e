// Which file system a path lies on, and whether its data are on this machine. Locks, shared memory and flushes mean
// what the log needs them to mean on local file systems only.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void name_it(struct daybook_file_system *out, int32_t place, const char *name) {
    out->place = place;
    snprintf(out->name, sizeof out->name, "%s", name);
}

#define LOCAL DAYBOOK_FILE_SYSTEM_LOCAL
#define NETWORK DAYBOOK_FILE_SYSTEM_NETWORK

/// By the number that statfs gives. They are written out because no one header has them all.
static const struct {
    uint32_t number;
    int32_t place;
    const char *name;
} by_number[] = {
    {0x0000EF53, LOCAL, "ext4"},  // ext2 and ext3 have the same number
    {0x58465342, LOCAL, "xfs"},
    {0x9123683E, LOCAL, "btrfs"},
    {0x01021994, LOCAL, "tmpfs"},
    {0x794C7630, LOCAL, "overlay"},
    {0x2FC12FC1, LOCAL, "zfs"},
    {0xCA451A4E, LOCAL, "bcachefs"},
    {0xF2F52010, LOCAL, "f2fs"},
    {0x858458F6, LOCAL, "ramfs"},
    {0x3153464A, LOCAL, "jfs"},
    {0x52654973, LOCAL, "reiserfs"},
    {0x00003434, LOCAL, "nilfs"},
    {0x24051905, LOCAL, "ubifs"},
    {0x00004D44, LOCAL, "vfat"},
    {0x2011BAB0, LOCAL, "exfat"},
    {0x7366746E, LOCAL, "ntfs3"},
    {0x0000F15F, LOCAL, "ecryptfs"},
    {0x00006969, NETWORK, "nfs"},
    {0x0000517B, NETWORK, "smb"},
    {0xFE534D42, NETWORK, "smb2"},
    {0xFF534D42, NETWORK, "cifs"},
    {0x01021997, NETWORK, "9p"},
    {0x5346414F, NETWORK, "afs"},
    {0x6B414653, NETWORK, "afs"},
    {0x73757245, NETWORK, "coda"},
    {0x00C36400, NETWORK, "ceph"},
    {0x01161970, NETWORK, "gfs2"},
    {0x7461636F, NETWORK, "ocfs2"},
    {0x0BD00BD0, NETWORK, "lustre"},
    {0x47504653, NETWORK, "gpfs"},
    {0x19830326, NETWORK, "fhgfs"},
    {0x0000564C, NETWORK, "ncp"},
    {0x786F4256, NETWORK, "vboxsf"},
    {0xBACBACBC, NETWORK, "vmhgfs"},
    {0x013111A8, NETWORK, "ibrix"},
    {0xAAD7AAEA, NETWORK, "panfs"},
    {0x61636673, NETWORK, "acfs"},
    {0x20030528, NETWORK, "orangefs"},
};

/// File systems in user space all have one number; these are told apart by the type that the list of mounts gives.
/// What is in neither list stays unknown.
static const struct {
    int32_t place;
    const char *type;
} in_user_space[] = {
    {LOCAL, "fuseblk"},
    {LOCAL, "fuse.bindfs"},
    {LOCAL, "fuse.fuse-overlayfs"},
    {LOCAL, "fuse.mergerfs"},
    {LOCAL, "fuse.gocryptfs"},
    {LOCAL, "fuse.encfs"},
    {NETWORK, "virtiofs"},
    {NETWORK, "fuse.sshfs"},
    {NETWORK, "fuse.rclone"},
    {NETWORK, "fuse.s3fs"},
    {NETWORK, "fuse.goofys"},
    {NETWORK, "fuse.gcsfuse"},
    {NETWORK, "fuse.blobfuse2"},
    {NETWORK, "fuse.mount-s3"},
    {NETWORK, "fuse.glusterfs"},
    {NETWORK, "fuse.ceph-fuse"},
    {NETWORK, "fuse.ceph"},
    {NETWORK, "fuse.curlftpfs"},
    {NETWORK, "fuse.davfs"},
    {NETWORK, "fuse.mfs"},
    {NETWORK, "fuse.juicefs"},
    {NETWORK, "fuse.seaweedfs"},
    {NETWORK, "fuse.vmhgfs-fuse"},
    {NETWORK, "fuse.osxfs"},
    {NETWORK, "fuse.grpcfuse"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

void daybook_file_system_by_number(uint32_t number, struct daybook_file_system *out) {
    for (size_t index = 0; index < COUNT(by_number); index++) {
        if (by_number[index].number == number) {
            name_it(out, by_number[index].place, by_number[index].name);
            return;
        }
    }
    char digits[16];
    snprintf(digits, sizeof digits, "0x%08x", number);
    name_it(out, DAYBOOK_FILE_SYSTEM_UNKNOWN, digits);
}

void daybook_file_system_by_type(const char *type, struct daybook_file_system *out) {
    name_it(out, DAYBOOK_FILE_SYSTEM_UNKNOWN, type);
    for (size_t index = 0; index < COUNT(in_user_space); index++) {
        if (strcmp(type, in_user_space[index].type) == 0) {
            out->place = in_user_space[index].place;
        }
    }
}

#if defined(__linux__)

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define FUSE_NUMBER 0x65735546

/// Finds the type of the mount of `device` in /proc/self/mountinfo, whose lines read
/// `id parent major:minor root point options [tags…] - type source options`.
static int mount_type(dev_t device, char *type, size_t size) {
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    if (mounts == NULL) {
        return errno;
    }
    char *line = NULL;
    size_t capacity = 0;
    int found = ENOENT;
    while (found != 0 && getline(&line, &capacity, mounts) > 0) {
        unsigned int major_number, minor_number;
        const char *separator = strstr(line, " - ");
        if (separator != NULL && sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) == 2
            && makedev(major_number, minor_number) == device) {
            size_t length = strcspn(separator + 3, " \n");
            snprintf(type, size, "%.*s", (int)length, separator + 3);
            found = 0;
        }
    }
    free(line);
    fclose(mounts);
    return found;
}

static void look_up_in_user_space(const char *path, struct daybook_file_system *out) {
    struct stat status;
    char type[sizeof out->name];
    if (stat(path, &status) == 0 && mount_type(status.st_dev, type, sizeof type) == 0) {
        daybook_file_system_by_type(type, out);
    } else {
        name_it(out, DAYBOOK_FILE_SYSTEM_UNKNOWN, "fuse");
    }
}

int daybook_file_system_of(const char *path, struct daybook_file_system *out) {
    struct statfs status;
    while (statfs(path, &status) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    uint32_t number = (uint32_t)status.f_type;
    if (number == FUSE_NUMBER) {
        look_up_in_user_space(path, out);
    } else {
        daybook_file_system_by_number(number, out);
    }
    return 0;
}

#elif defined(__APPLE__)

#include <sys/mount.h>
#include <sys/param.h>

int daybook_file_system_of(const char *path, struct daybook_file_system *out) {
    struct statfs status;
    if (statfs(path, &status) != 0) {
        return errno;
    }
    int is_local = (status.f_flags & MNT_LOCAL) != 0;
    name_it(out, is_local ? DAYBOOK_FILE_SYSTEM_LOCAL : DAYBOOK_FILE_SYSTEM_NETWORK, status.f_fstypename);
    return 0;
}

#else

int daybook_file_system_of(const char *path, struct daybook_file_system *out) {
    (void)path;
    name_it(out, DAYBOOK_FILE_SYSTEM_UNKNOWN, "unknown");
    return 0;
}

#endif
