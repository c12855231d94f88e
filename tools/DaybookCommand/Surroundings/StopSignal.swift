// SIGTERM and SIGINT ask a long-running command to end; the second one ends it on the spot. The handler does what a
// handler may do: it counts, and it writes a byte into a pipe, so that whoever waits in `poll` wakes up without a
// race between looking and waiting.

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum StopSignal {
    /// From now on the signals are requests. Call it once.
    static func listen() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd.store(ends[0], ordering: .relaxed)
        writeEnd.store(ends[1], ordering: .relaxed)
        for number in [SIGTERM, SIGINT] { signal(number, noteStop) }
    }

    static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

    /// Waits, at most so long; true when a stop was requested, or whoever reads `descriptor` has gone away.
    static func wait(milliseconds: Int32, whileReadFrom descriptor: Int32) -> Bool {
        var waits = [
            pollfd(fd: readEnd.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: 0, revents: 0),
        ]
        _ = poll(&waits, 2, milliseconds)
        return isRequested || waits[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }
}

private let requests = Atomic<Int>(0)
private let readEnd = Atomic<Int32>(-1)
private let writeEnd = Atomic<Int32>(-1)

private func noteStop(_ signal: Int32) {
    if requests.add(1, ordering: .relaxed).newValue > 1 { _exit(0) }
    var byte: UInt8 = 1
    _ = write(writeEnd.load(ordering: .relaxed), &byte, 1)
}
