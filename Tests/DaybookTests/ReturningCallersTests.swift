import DaybookModel
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `Callers who come back together` {
    /// A clock that goes on by ten microseconds at every look, and how often somebody looked.
    private final class Looks: Sendable {
        private let count = Atomic(0)
        var all: Int { count.load(ordering: .relaxed) }

        var clock: EngineClock {
            EngineClock(
                now: { .epoch },
                monotonicNanoseconds: {
                    UInt64(self.count.add(1, ordering: .relaxed).newValue) * 10_000
                }, sleep: { _, _, _ in })
        }
    }

    private func enqueue(_ inbox: Inbox) throws {
        let created = Created(name: "a", queue: "default", attempts: 1, salt: 1, arguments: [])
        try inbox.submit(WriteRequest(command: .enqueue(Box(created), onConflict: .existing), reply: nil))
    }

    @Test func `are waited for a moment, and less and less often where they do not come`() throws {
        let looks = Looks()
        let inbox = Inbox(bell: SilentBell(), clock: looks.clock)
        var callers = ReturningCallers(inbox, looks.clock)
        callers.wait(for: 1, atMostNanoseconds: .max)
        callers.wait(for: 8, atMostNanoseconds: 0)
        #expect(looks.all == 0)
        var waited: [Bool] = []
        for _ in 0..<12 {
            let before = looks.all
            callers.wait(for: 8, atMostNanoseconds: .max)
            waited.append(looks.all > before)
            #expect(looks.all - before <= 10)
        }
        // In vain, so one turn is let pass, then two, then four.
        #expect(waited.enumerated().filter(\.element).map(\.offset) == [0, 2, 5, 10])
    }

    @Test func `are waited for no longer than until they are there, and then as willingly the next time`() throws {
        let looks = Looks()
        let inbox = Inbox(bell: SilentBell(), clock: looks.clock)
        var callers = ReturningCallers(inbox, looks.clock)
        for _ in 0..<3 { try enqueue(inbox) }
        #expect(inbox.count == 3)
        for _ in 0..<3 {
            let before = looks.all
            callers.wait(for: 3, atMostNanoseconds: .max)
            #expect(looks.all == before + 1)
        }
        var taken: [WriteRequest] = []
        inbox.take(into: &taken)
        #expect(taken.count == 3 && inbox.count == 0)
    }
}
