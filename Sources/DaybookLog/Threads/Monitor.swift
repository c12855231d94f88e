#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A lock, and a place to wait until what it guards has changed.
///
/// Unchecked because C keeps lock and condition; both stay where they are until nobody has the monitor any more.
package final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func lock() { pthread_mutex_lock(mutex) }
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// With the lock, which is let go meanwhile. May return for no reason: look again.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// Wakes everybody who waits.
    package func announceChange() { pthread_cond_broadcast(condition) }

    /// Wakes one of those who wait, where any of them will do.
    package func announceToOne() { pthread_cond_signal(condition) }
}
