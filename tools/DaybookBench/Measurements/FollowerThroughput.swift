import DaybookLog
import DaybookModel
import Foundation

/// A log of two million events, three to a job, posted to the rows of followers from its beginning.
let followerThroughput: [Measurement] = [
    Measurement(
        suite: "followers", name: "count by hour and kind of event", unit: .perSecond,
        target: .ours(floor: 500_000, aim: 1_000_000), prepare: makeLog,
        ours: { try follow(KindsByHour.self, $0) }),
    Measurement(
        suite: "followers", name: "count by hour, job's name and outcome", unit: .perSecond,
        target: .ours(floor: 500_000, aim: 1_000_000), prepare: makeLog,
        ours: { try follow(HourlyFailures.self, $0) }),
    Measurement(
        suite: "followers", name: "a row for each job", unit: .perSecond,
        prepare: makeLog, ours: { try follow(JobList.self, $0) }),
]

private struct KindsByHour: Follower {
    static let name = "kinds-by-hour"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let kind = event.kind else { return }
        try rows.add(1, to: Packed(event.time.microseconds / 3_600_000_000, Int(kind.rawValue)))
    }
}

private struct HourlyFailures: Follower {
    static let name = "hourly-failures"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let run = event.run, let job = try event.creation else { return }
        try rows.add(1, to: Packed(event.time.microseconds / 3_600_000_000, job.name, run.isSuccess))
    }
}

private struct JobList: Follower {
    static let name = "job-list"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.kind == .created, let job = event.job, let creation = try event.creation else { return }
        try rows.put(Packed(creation.name, job), Packed(event.time))
    }
}

@Sendable
private func makeLog(_ place: Place) throws {
    let store = try StoreFolder.open(
        place.sharedFolder + "/store", .readWrite(createIfMissing: true), program: "daybook-bench")
    defer { store.close() }
    try SampleLog.liveThrough(place.operations(666_000), batch: 1000, LogWriter(store.storage))
}

private func follow(_ type: any Follower.Type, _ place: Place) throws -> Sample {
    let store = try StoreFolder.open(
        place.sharedFolder + "/store", .readWrite(createIfMissing: false), program: "daybook-bench")
    defer { store.close() }
    try? FileManager.default.removeItem(atPath: place.sharedFolder + "/store/views")
    let views = Views(of: store, host: try HostFacts.real())
    defer { views.close() }
    let run = try FollowerRun(type, views)
    defer { run.end() }
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
        while try run.step() == .behind {}
    }
    return Sample(value: Double(run.position) / (elapsed / .seconds(1)))
}
