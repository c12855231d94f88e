import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says on standard error how far a long command has come, once it has lasted a second: on a terminal in one line that
/// is written over, elsewhere in a line every ten seconds.
final class Progress: Sendable {
    private struct State {
        var nextNanoseconds: UInt64
        var hasSpoken = false
        /// Where each thing that was told of began. A verification does several at once.
        var begun: [(what: String, position: UInt64, nanoseconds: UInt64)] = []
    }

    private let isTerminal = isatty(OwnStandardError.descriptor) == 1
    private let isWanted: Bool
    private let start = Progress.now
    private let state: Mutex<State>

    init(_ log: StandardError) {
        isWanted = log.level <= .info && log.format == .text
        state = Mutex(State(nextNanoseconds: start + 1_000_000_000))
    }

    /// `total` is 0 where nobody knows it. Any thread may call this, as often as it likes.
    func update(_ what: String, _ position: UInt64, of total: UInt64) {
        guard isWanted else { return }
        let now = Progress.now
        let begun = state.withLock { state -> (position: UInt64, nanoseconds: UInt64)? in
            let known = state.begun.first { $0.what == what }
            if known == nil { state.begun.append((what, position, now)) }
            guard now >= state.nextNanoseconds else { return nil }
            state.nextNanoseconds = now + (isTerminal ? 200_000_000 : 10_000_000_000)
            state.hasSpoken = true
            return (known?.position ?? position, known?.nanoseconds ?? now)
        }
        guard let begun else { return }
        let pace = Pace(
            position: position, total: total, done: position - min(begun.position, position),
            inNanoseconds: now - begun.nanoseconds)
        let line = "daybook: \(what): \(pace.text), \((now - start) / 1_000_000_000) s"
        write(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    /// Takes the line away, so that what follows stands by itself.
    func end() {
        guard isTerminal, state.withLock({ $0.hasSpoken }) else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        _ = Descriptor.write(Array(text.utf8), to: OwnStandardError.descriptor)
    }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
