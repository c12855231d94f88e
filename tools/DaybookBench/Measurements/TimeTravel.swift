import DaybookLog
import DaybookModel
import Foundation

/// Going back to points of a log of ten million events: once without snapshots, and then with those that the first
/// visit has left. Every later visit opens the folder anew, as a command does, so it also reads all the files that it
/// stands on to see that they are whole.
let timeTravel: [Measurement] = [
    Measurement(
        suite: "past", name: "first visit, to the last event, taking snapshots", unit: .seconds,
        target: .ours(floor: 15, aim: 10), prepare: LongLog.make,
        ours: { place in
            try TimeTravel.removeSnapshots(place)
            return Sample(value: try TimeTravel.visit(place, percent: 100) / .seconds(1))
        }),
    Measurement(
        suite: "past", name: "the same without taking any", unit: .seconds, prepare: LongLog.make,
        ours: { place in Sample(value: try TimeTravel.visit(place, percent: 100, withSnapshots: false) / .seconds(1)) }
    ),
    Measurement(
        suite: "past", name: "later visit, the slowest of 20 all over the log", unit: .milliseconds,
        target: .ours(floor: 1_000, aim: 500), prepare: TimeTravel.makeWithSnapshots,
        ours: { place in
            let slowest = try (1...20).map { try TimeTravel.visit(place, percent: Double($0) * 5 - 1.3) }.max()
            return Sample(value: slowest! / .milliseconds(1))
        }),
    Measurement(
        suite: "past", name: "later visit, the median of 20 all over the log", unit: .milliseconds,
        target: .ours(floor: 1_000, aim: 250), prepare: TimeTravel.makeWithSnapshots,
        ours: { place in
            let visits = try (1...20).map { try TimeTravel.visit(place, percent: Double($0) * 5 - 1.3) }.sorted()
            return Sample(value: visits[10] / .milliseconds(1))
        }),
    Measurement(
        suite: "past", name: "snapshots on disk", unit: .megabytes,
        target: .ours(floor: 1_100, aim: 500), prepare: TimeTravel.makeWithSnapshots,
        ours: { place in Sample(value: try LongLog.with(place) { Double($0.snapshots.size.bytes) / 1e6 }) }),
    Measurement(
        suite: "past", name: "anonymous memory of a first visit", unit: .megabytes,
        target: .ours(floor: 128, aim: nil), prepare: LongLog.make,
        ours: { place in
            try TimeTravel.removeSnapshots(place)
            return Sample(value: try LongLog.memoryPeak { _ = try TimeTravel.visit(place, percent: 100, note: $0) })
        }),
    Measurement(
        suite: "past", name: "anonymous memory of a later visit", unit: .megabytes,
        target: .ours(floor: 128, aim: nil), prepare: TimeTravel.makeWithSnapshots,
        ours: { place in
            Sample(value: try LongLog.memoryPeak { _ = try TimeTravel.visit(place, percent: 98.7, note: $0) })
        }),
]

private enum TimeTravel {
    @Sendable
    static func makeWithSnapshots(_ place: Place) throws {
        try LongLog.make(place)
        guard !FileManager.default.fileExists(atPath: snapshots(place)) else { return }
        _ = try visit(place, percent: 100)
    }

    static func removeSnapshots(_ place: Place) throws {
        guard FileManager.default.fileExists(atPath: snapshots(place)) else { return }
        try FileManager.default.removeItem(atPath: snapshots(place))
    }

    /// Opens the store, and its past as of an event; then asks for one job, as a page does.
    static func visit(
        _ place: Place, percent: Double, withSnapshots: Bool = true, note: @escaping @Sendable () -> Void = {}
    ) throws -> Duration {
        try ContinuousClock().measure {
            try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                let event = max(1, SequenceNumber(Double(last) * percent / 100))
                let past = try PastStorage(
                    store.storage, at: .sequence(event), snapshots: withSnapshots ? store.snapshots : nil
                ) { _ in note() }
                let isThere = try past.read { try $0.job(near: event / 2) != nil }
                note()
                guard isThere else { throw UsageError("The past of the log has no jobs.") }
            }
        }
    }

    private static func snapshots(_ place: Place) -> String { LongLog.folder(place) + "/snapshots" }
}

extension LogSnapshot {
    /// The row of the first job from this number on.
    fileprivate func job(near number: SequenceNumber) throws -> [UInt8]? {
        var found: [UInt8]?
        try withUnsafeBytes(of: number.bigEndian) { key in
            try scan(.jobs, from: key) { _, value in
                found = Array(value)
                return false
            }
        }
        return found
    }
}
