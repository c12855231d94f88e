// What the thread sanitizer has to be told about Swift's libraries on Linux. They were built without it, so what orders
// two threads inside of them is not seen, and what they order would be taken for a race. Each function here stands
// before the library's own of that name, calls it, and says what it does. tools/test --threads links them into what it
// tests; nothing else does.

#if defined(__linux__)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SWIFT_ASYNC __attribute__((swiftasynccall))
#define SELF __attribute__((swift_context))

// The sanitizer's own: what was done before a release of an address is done for who acquires it later.
void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);
SWIFT_ASYNC void swift_continuation_await(void *continuation);
SWIFT void *swift_task_getCurrent(void);

static SWIFT void (*library_lock)(uint32_t thread, SELF void *mutex);
static SWIFT void (*library_unlock)(SELF void *mutex);
static SWIFT_ASYNC void (*library_await)(void *continuation);

// Before any thread is there to need them.
__attribute__((constructor)) static void find_libraries(void) {
    library_lock = (SWIFT void (*)(uint32_t, SELF void *))dlsym(RTLD_NEXT, LOCK_SLOW);
    library_unlock = (SWIFT void (*)(SELF void *))dlsym(RTLD_NEXT, UNLOCK_SLOW);
    library_await = (SWIFT_ASYNC void (*)(void *))dlsym(RTLD_NEXT, "swift_continuation_await");
}

// `Mutex`: taking one that is free, and letting go of one that nobody waits for, is an atomic operation inside of the
// program, which the sanitizer sees. Where threads meet, the library waits and wakes by a futex.
SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
    library_lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_slow(SELF void *mutex) {
    __tsan_release(mutex);
    library_unlock(mutex);
}

// A continuation that is resumed before its task comes to wait for it: the library releases the task there and acquires
// it when it is run again, but this task goes on without having stopped. One that is resumed just after this has
// looked, and before the library looks itself, would still be reported; that takes some hundred instructions to hit.
SWIFT_ASYNC void swift_continuation_await(void *continuation) {
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return library_await(continuation);
}

#endif
