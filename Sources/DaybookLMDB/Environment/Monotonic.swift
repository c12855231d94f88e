#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The clock that no one can set, for waiting with an end. Waiting here is rare: an opening that met a closing, a
/// map that must grow.
struct MonotonicDeadline {
    private let endNanoseconds: UInt64

    init(afterMilliseconds milliseconds: Int) {
        endNanoseconds = Self.nowNanoseconds + UInt64(milliseconds) * 1_000_000
    }

    var hasPassed: Bool { Self.nowNanoseconds >= endNanoseconds }

    static var nowNanoseconds: UInt64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}

/// Pauses between tries, doubling from 0.1 ms to 20 ms. Blocks its thread, which is what LMDB's own waiting does.
struct BackOff {
    private var nextNanoseconds = 100_000

    mutating func pause() {
        var wish = timespec(tv_sec: 0, tv_nsec: nextNanoseconds)
        _ = unsafe nanosleep(&wish, nil)
        nextNanoseconds = min(nextNanoseconds * 2, 20_000_000)
    }
}

/// Tells the running threads of this process apart.
struct ThreadIdentity: Equatable, Sendable {
    let number: UInt

    static var current: ThreadIdentity {
        #if canImport(Darwin)
            ThreadIdentity(number: UInt(bitPattern: pthread_self()))
        #else
            ThreadIdentity(number: UInt(pthread_self()))
        #endif
    }
}
