// Who was turned away stands in the log. People who are signed in have names, and each of their denials is an event.
// Nobody in particular can come a million times, so those are gathered: up to ten events a minute from one source and a
// hundred from all, and what is beyond that is one event with a count when the minute is over. People get more, but not
// without a bound either.

internal import Daybook
internal import DaybookModel
internal import Synchronization

final class DenialLog: Sendable {
    private struct Window {
        var began = Instant.epoch
        var told = 0
        var byWhom: [String: Int] = [:]
        var untold: UInt64 = 0
    }

    private let engine: JobEngine
    private let window = Mutex(Window())

    private static let minuteMicroseconds: Int64 = 60_000_000
    private static let anonymousMaxPerSource = 10
    private static let anonymousMax = 100
    private static let personMax = 600
    /// So many sources are told apart; the others count as one.
    private static let sourcesMax = 1_000

    init(_ engine: JobEngine) {
        self.engine = engine
    }

    /// Writes a denial down, now or with others. The request is named by its route, never by what the client sent.
    func note(_ denied: Denied, by principal: Principal?, now: Instant) async {
        let (isTold, over, isFirstUntold) = window.withLock { window -> (Bool, UInt64, Bool) in
            var over: UInt64 = 0
            let age = now.microseconds - window.began.microseconds
            if age < 0 || age >= DenialLog.minuteMicroseconds {
                over = window.untold
                window = Window(began: now)
            }
            if DenialLog.admit(principal, denied.source, &window) { return (true, over, false) }
            window.untold += 1
            return (false, over, window.untold == 1)
        }
        if over > 0 { await tell(over) }
        if isTold { await write(denied, principal) }
        if isFirstUntold { tellWhenOver() }
    }

    private static func admit(_ principal: Principal?, _ source: String, _ window: inout Window) -> Bool {
        let isKnown = window.byWhom.count < sourcesMax
        if let principal {
            let key =
                window.byWhom["person \(principal.name)"] != nil || isKnown ? "person \(principal.name)" : "person"
            window.byWhom[key, default: 0] += 1
            return window.byWhom[key]! <= personMax
        }
        let guesser = NetworkAddress.guesser(source)
        let key = window.byWhom[guesser] != nil || isKnown ? guesser : ""
        window.byWhom[key, default: 0] += 1
        guard window.byWhom[key]! <= anonymousMaxPerSource, window.told < anonymousMax else { return false }
        window.told += 1
        return true
    }

    private func tellWhenOver() {
        Task {  // tidy: nobody waits for the end of the minute
            try? await Task.sleep(for: .seconds(60))  // tidy: a minute of the wall, decides nothing
            await tellWhatIsLeft()
        }
    }

    /// What was gathered and not told yet.
    func tellWhatIsLeft() async {
        let over = window.withLock { window in
            defer { window.untold = 0 }
            return window.untold
        }
        if over > 0 { await tell(over) }
    }

    private func tell(_ count: UInt64) async {
        await write(
            Denied(
                permission: "", request: "several", source: "several", howMany: count,
                reason: "more than are told one by one"), nil)
    }

    private func write(_ denied: Denied, _ principal: Principal?) async {
        // A store that cannot be written turns people away all the same.
        _ = try? await engine.perform(
            .deny(Box(denied), actor: Actor(process: engine.process, person: principal?.name)))
    }
}
