internal import DaybookModel
internal import Synchronization

/// Slows down whoever guesses passwords: after a few wrong ones each further try has to wait, longer every time, per
/// source and name, and per source over all names. A source is an address, or of IPv6 a network of 64 bits. Waiting
/// tries are turned away unseen, right or wrong.
final class LoginBackoff: Sendable {
    private struct Failures {
        var count = 0
        var until = Instant.epoch
        var last = Instant.epoch
    }

    private let failures = Mutex<[String: Failures]>([:])
    private let checking = Mutex(0)

    private static let freeOfName = 4
    private static let freeOfSource = 20
    private static let waitSecondsMax: Int64 = 900
    private static let forgottenAfterMicroseconds: Int64 = 3_600_000_000
    private static let countMax = 20_000
    /// Each takes memory and a tenth of a second.
    private static let checksMax = 2

    /// How many seconds to wait; nil if it may be tried now.
    func wait(_ source: String, _ name: String, now: Instant) -> Int? {
        failures.withLock { failures in
            let until = LoginBackoff.keys(source, name).compactMap { failures[$0.0]?.until }.max()
            guard let until, now < until else { return nil }
            return Int((until.microseconds - now.microseconds) / 1_000_000) + 1
        }
    }

    func fail(_ source: String, _ name: String, now: Instant) {
        failures.withLock { failures in
            if failures.count >= LoginBackoff.countMax { failures = failures.filter { now < $0.value.until } }
            for (key, free) in LoginBackoff.keys(source, name) {
                var entry = failures[key] ?? Failures()
                if now.microseconds - entry.last.microseconds > LoginBackoff.forgottenAfterMicroseconds {
                    entry = Failures()
                }
                entry.count += 1
                entry.last = now
                if entry.count >= free {
                    let seconds = min(LoginBackoff.waitSecondsMax, 1 << Int64(min(entry.count - free, 20)))
                    entry.until = now.advanced(microseconds: seconds * 1_000_000)
                }
                // A table that is full of waiting guessers takes no more of them in, and lets nobody else wait.
                if failures[key] != nil || failures.count < LoginBackoff.countMax { failures[key] = entry }
            }
        }
    }

    func succeed(_ source: String, _ name: String) {
        failures.withLock { $0[LoginBackoff.keys(source, name)[0].0] = nil }
    }

    /// Checks a password if not too many are being checked; nil otherwise.
    func check(_ body: () -> Bool) -> Bool? {
        let mayCheck = checking.withLock { count in
            guard count < LoginBackoff.checksMax else { return false }
            count += 1
            return true
        }
        guard mayCheck else { return nil }
        defer { checking.withLock { $0 -= 1 } }
        return body()
    }

    private static func keys(_ source: String, _ name: String) -> [(String, Int)] {
        let guesser = NetworkAddress.guesser(source)
        return [("\(guesser) \(name.prefix(Principal.nameLengthMax))", freeOfName), (guesser, freeOfSource)]
    }
}
