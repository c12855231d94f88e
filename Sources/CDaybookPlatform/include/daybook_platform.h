/// The little C that Daybook needs from the machine and that Swift cannot say as well: checksums and hashes by
/// hardware instructions, waiting on a word of shared memory, record locks, and what a file system and a kernel know.
///
/// Functions that can fail return 0 or an errno value; nothing here allocates, traps or keeps a pointer.
#ifndef DAYBOOK_PLATFORM_H
#define DAYBOOK_PLATFORM_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daybook_atomics.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Checksums and hashes

/// CRC32C (Castagnoli) of `count` bytes. `crc` is 0 to start, or the result for the bytes before these.
uint32_t daybook_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without special instructions; what `daybook_crc32c` falls back to.
uint32_t daybook_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

/// The 128-bit hash of a row (key and value) under a seed, as Docs/FileFormat.md describes it under "Row hash".
/// Fast, the same on every platform, and not cryptographic: it finds accidents, not forgers.
void daybook_row_hash(uint64_t seed, const void *key, size_t key_count, const void *value, size_t value_count,
                      uint64_t out[2]);

/// SHA-256 of `count` independent messages; `digests` gets 32 bytes for each, one behind another. About one
/// and a half times as fast as one after another where an x86-64 processor has instructions for SHA-256. ENOMEM is the
/// only error.
int daybook_sha256_many(const void *const *messages, const size_t *lengths, size_t count, void *digests);

// MARK: Waiting on a shared word

/// Waits while `*word` is `expected`, at most `timeout_nanoseconds` (UINT64_MAX: for ever). `word` may lie in memory
/// that processes share. `calls` says which calls are listened to, a bit each, and is not 0. Returns 0 when woken (also
/// for no reason: look at the word again), EAGAIN when the word was not `expected`, ETIMEDOUT, EINTR, or ENOTSUP where
/// the platform cannot do this and the caller has to poll.
int daybook_word_wait(const uint32_t *word, uint32_t expected, uint32_t calls, uint64_t timeout_nanoseconds);

/// Wakes up to `count` waiters of `word`, in any process, that listen to one of `calls`; `*woken`, if given, gets how
/// many there were.
int daybook_word_wake(const uint32_t *word, int count, uint32_t calls, int *woken);

// MARK: Files

/// Tries to take an exclusive POSIX record lock on the whole file, without waiting. Returns EAGAIN when another process
/// holds it. The lock belongs to the process: it goes when the process ends and when *any* of the process's
/// descriptors of this file is closed, and a forked child does not have it. So open a lock file exactly once.
int daybook_record_lock_try(int descriptor);

/// Says who holds a lock on the file that keeps this process from taking it: `*holder` is a pid, or 0 for nobody
/// (this process itself counts as nobody). A pid from another pid namespace may read 0 or negative.
int daybook_record_lock_holder(int descriptor, pid_t *holder, int *is_held);

/// Sees to it that writing in this range of the file will not fail for lack of space. The file's size stays.
/// ENOSPC: there is not enough. EOPNOTSUPP: this file system cannot promise it.
int daybook_preallocate(int descriptor, off_t offset, off_t length);

/// What a process may have run out of when it crashes.
enum daybook_shortage {
    DAYBOOK_NOTHING_RAN_OUT,
    /// A page of a mapped file, other than `data.mdb`, could not be had.
    DAYBOOK_DISK_RAN_OUT,
    DAYBOOK_ADDRESS_SPACE_RAN_OUT,
    DAYBOOK_DESCRIPTORS_RAN_OUT,
};

/// Why a crash may not be what it looks like. For the handler of the signal, which gives what it was given.
enum daybook_shortage daybook_what_ran_out(int signal, const siginfo_t *fault);

/// Where a file system keeps its data, as far as that can be known.
enum daybook_file_system_place {
    DAYBOOK_FILE_SYSTEM_UNKNOWN = 0,
    DAYBOOK_FILE_SYSTEM_LOCAL = 1,
    DAYBOOK_FILE_SYSTEM_NETWORK = 2,
};

struct daybook_file_system {
    /// An `enum daybook_file_system_place`.
    int32_t place;
    /// What people call it, "ext4" or "nfs"; for one that is not in the list its number in hexadecimal digits.
    char name[32];
};

/// Looks up the file system that holds `path`.
int daybook_file_system_of(const char *path, struct daybook_file_system *out);

/// What is known of a file system by the number that Linux's statfs gives it.
void daybook_file_system_by_number(uint32_t number, struct daybook_file_system *out);

/// What is known of a file system by the type that Linux's list of mounts gives it, "fuse.sshfs".
void daybook_file_system_by_type(const char *type, struct daybook_file_system *out);

// MARK: Other processes

/// Opens a descriptor that `poll` finds readable once the process has ended and all its locks are gone; the caller
/// closes it. ESRCH: there is no such process any more. ENOTSUP: the platform has no such thing, and the caller has to
/// look now and then.
int daybook_process_end_descriptor(pid_t process, int *out);

/// From now on the children of this process's descendants become its own when their parents end, so that it can end
/// them and has to wait for them. ENOTSUP where the system has nothing of the kind.
int daybook_adopt_orphans(void);

// MARK: Clocks and identity

/// Nanoseconds on a clock that never steps and stands still while the machine is suspended.
uint64_t daybook_monotonic_nanoseconds(void);

/// Nanoseconds on a clock that never steps and goes on while the machine is suspended.
uint64_t daybook_elapsed_nanoseconds(void);

/// Microseconds since 1970-01-01T00:00:00Z on the wall clock, which may step.
int64_t daybook_wall_microseconds(void);

/// What tells this boot of the kernel from any other. ENOTSUP where nothing does.
int daybook_boot_identity(uint8_t out[16]);

/// The number of the pid namespace this process is in; 0 where there are no such namespaces.
int daybook_pid_namespace(uint64_t *out);

/// The number of the time namespace this process is in; 0 where there are no such namespaces.
int daybook_time_namespace(uint64_t *out);

/// Fills `bytes` from the kernel's cryptographically secure generator.
int daybook_random_bytes(void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
