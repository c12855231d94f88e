import Synchronization
import Testing

@testable import DaybookLog

@Suite struct `What a copy tells of how far it is` {
    private final class Told: Sendable {
        private let list = Mutex<[CopyProgress]>([])
        var all: [CopyProgress] { list.withLock { $0 } }

        func add(_ progress: CopyProgress) { list.withLock { $0.append(progress) } }
    }

    @Test func `has an end of its own for each thing that it does, so that a pace can be had of it`() throws {
        try Wreck.with { wreck in
            let told = Told()
            try wreck.recover(CopyControl(progress: told.add))
            let things = Dictionary(grouping: told.all, by: \.what)
            for (what, progress) in things {
                #expect(Set(progress.map(\.total)).count == 1, "\(what): \(progress)")
            }
            #expect(things.keys.contains("verifying the copy: events"))
            #expect(things.keys.contains("verifying the copy: the ledgers"))
        }
    }
}
