import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A restored store` {
    private func withBackup(_ body: (_ backup: String, _ path: String) throws -> Void) throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            let writer = LogWriter(store.storage)
            let started = ProcessStarted(processID: 1, host: "desk", user: "ada", program: "test", boot: "b")
            guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { return }
            for _ in 0..<5 { try writer.perform(.enqueue()) }
            try writer.perform(.claim(Claim(process: process, queues: nil, slots: 2)))
            _ = try store.backUp(to: path + ".backup")
            store.close()
            try body(path + ".backup", path + ".restored")
        }
    }

    private func restore(
        _ path: String, from backup: String, handedOut: SequenceNumber? = nil, lost: String? = nil,
        _ control: CopyControl = CopyControl()
    ) throws -> RestoreSummary {
        try StoreFolder.restore(
            at: path, from: backup, handedOut: handedOut, lost: lost, program: "test", options: .forTests, control)
    }

    @Test func `has the same identity and begins an epoch that names the head it goes on from`() throws {
        try withBackup { backup, path in
            let old = try Copied.log(backup)
            let summary = try restore(path, from: backup)
            #expect(try Copied.verdict(path).verdict == .good)
            #expect(Array(try Copied.log(path)[..<old.count]) == old)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(store.identity == summary.copy.identity)
            let head = try #require(old[old.count - 1].withUnsafeBytes { Seal(of: $0)?.head })
            let event = try store.storage.read { try $0.event(summary.event) { try Event($0, at: summary.event) } }
            guard case .restored(let restored) = event?.body else {
                Issue.record("\(String(describing: event))")
                return
            }
            #expect(restored.value.last == UInt64(old.count))
            #expect(restored.value.previousHead == head.withBytes { Array($0) })
        }
    }

    @Test func `gives back what was running and names what may run twice`() throws {
        try withBackup { backup, path in
            let summary = try restore(path, from: backup)
            #expect(summary.interrupted == 2)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let queue = try store.storage.read { log in
                var books = Books()
                return try books.allQueues(in: log)[0]
            }
            #expect(queue[.enqueued] == 5 && queue[.processing] == 0)
            var epoch = try #require(try EpochStanding(store.storage))
            #expect(epoch.event == summary.event && epoch.untouched == 5)
            #expect(epoch.newest.map(\.rawValue) == [7, 6, 5, 4, 3])
            // What is moved from now on is no longer in doubt, and neither is what is new.
            let writer = LogWriter(store.storage)
            try writer.perform(.cancel(job: 4, expected: nil, reason: "", actor: .system))
            try writer.perform(.enqueue())
            epoch = try #require(try EpochStanding(store.storage))
            #expect(epoch.newest.map(\.rawValue) == [7, 6, 5, 3])
        }
    }

    @Test func `hands out no number again that the lost store is known to have handed out`() throws {
        try withBackup { backup, path in
            let summary = try restore(path, from: backup, handedOut: 2_500)
            // Behind the numbers three events say that its process and its two jobs are not running.
            #expect(summary.event == 2_504 && summary.leftOut == 10...2_500 && summary.isEndKnown)
            let report = try Copied.verdict(path)
            #expect(report.verdict == .good)
            #expect(report.tally.gaps == 2_500 - 9)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            try LogWriter(store.storage).perform(.enqueue())
            #expect(try store.storage.read { try $0.last } == 2_505)
            #expect(try EpochStanding(store.storage)?.leftOutThrough == 2_500)
        }
    }

    @Test func `leaves numbers out also where nobody says how far the lost store had come`() throws {
        try withBackup { backup, path in
            let summary = try restore(path, from: backup)
            #expect(summary.leftOut == 10...9 + 1_024 && !summary.isEndKnown)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(try EpochStanding(store.storage)?.leftOutThrough == 9 + 1_024)
            let sentence = try store.storage.read { try $0.absence(of: 12) }
            #expect(sentence.contains("left out (restored from a backup)"))
            #expect(try store.storage.read { try $0.absence(of: 90_000) }.contains("jobs list"))
        }
    }

    @Test func `leaves out twice as many numbers as were written in the time that has passed`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            for second in 1...20 {
                try writer.turn(now: .second(Double(second))) { turn in
                    for _ in 0..<200 { _ = try turn.perform(.enqueue()) }
                }
            }
            func end(at second: Double) throws -> SequenceNumber {
                try store.storage.read { log in
                    let last = try log.last
                    return try LostNumbers(
                        behind: last, of: log, handedOut: nil, lost: nil, at: .second(second)
                    ).end - last
                }
            }
            let last = try store.storage.read { try $0.last }
            #expect(try end(at: 20) == 1_024)
            #expect(try end(at: 24) == 4 * 400)
            #expect(try end(at: 30) == 10 * 400)
            #expect(try end(at: 4_000_000_000) == 2 * last)
            // Before the backup's end, if the clock is wrong.
            #expect(try end(at: 3) == 1_024)
        }
    }

    @Test func `asks the lost store how far it had come, if it is given`() throws {
        try withBackup { backup, path in
            let lost = String(backup.dropLast(".backup".count))
            let store = try StoreFolder.opened(lost)
            for _ in 0..<3_000 { try LogWriter(store.storage).turn(now: .second(9)) { _ = try $0.perform(.enqueue()) } }
            let last = try store.storage.read { try $0.last }
            store.close()
            let summary = try restore(path, from: backup, lost: lost)
            #expect(summary.leftOut == 10...last && summary.isEndKnown)
            // What is left of it may tell no more than that there was something.
            var bytes = try contents(lost + "/data.mdb")
            bytes.replaceSubrange(0..<8_192, with: repeatElement(0, count: 8_192))
            try write(bytes, to: lost + "/data.mdb")
            let guess = try restore(path + ".2", from: backup, lost: lost)
            #expect(guess.leftOut?.upperBound == last && !guess.isEndKnown)
            try StoreFolder.opened(path + ".other").close()
            let error = #expect(throws: LogError.self) {
                try restore(path + ".3", from: backup, lost: path + ".other")
            }
            #expect(error?.code == .badInput)
        }
    }

    @Test func `refuses a number that the backup has passed, and one that is out of all proportion`() throws {
        try withBackup { backup, path throws in
            for (number, part) in [(2, "itself"), (9_000_000_000_000, "more than 16777216")] as [(UInt64, String)] {
                let error = #expect(throws: LogError.self) { try restore(path, from: backup, handedOut: number) }
                #expect(error?.code == .badInput && error?.description.contains(part) == true)
                #expect(!exists(path))
            }
            #expect(try restore(path, from: backup, handedOut: 9).leftOut == nil)
        }
    }

    @Test func `can be restored again from a backup of its own, in a further epoch`() throws {
        try withBackup { backup, path in
            let first = try restore(path, from: backup)
            let store = try StoreFolder.opened(path)
            _ = try store.backUp(to: backup + ".2")
            store.close()
            let second = try restore(path + ".2", from: backup + ".2")
            #expect(second.event > first.event)
            let again = try StoreFolder.opened(path + ".2", .readOnly)
            defer { again.close() }
            #expect(try EpochStanding(again.storage)?.event == second.event)
        }
    }

    @Test func `is not made where a store is, nor of what is none`() throws {
        try withBackup { backup, path in
            _ = try restore(path, from: backup)
            let log = try Copied.log(path)
            #expect(throws: LogError.self) { try restore(path, from: backup) }
            #expect(try Copied.log(path) == log)
            #expect(throws: LogError.self) { try restore(path + ".2", from: path + ".nowhere") }
        }
    }

    @Test func `that is stopped is no store, and the next attempt makes one`() throws {
        try withBackup { backup, path in
            for step in [1, 6] {
                #expect(throws: LogError.self) {
                    try restore(path, from: backup, Copied.stopping(at: step))
                }
                #expect(!exists(path))
            }
            _ = try restore(path, from: backup)
            #expect(try Copied.verdict(path).verdict == .good)
        }
    }
}
