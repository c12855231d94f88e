import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// Counts events by their kind; the helper process has the same.
struct Tally: Follower {
    static let name = "tally"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        try rows.add(1, to: Packed(event.kind?.name ?? "unknown"))
    }
}

/// Another form of the same.
struct NewTally: Follower {
    static let name = "tally"
    static let version = 2

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        try rows.add(1, to: Packed("kind", event.kind?.name ?? "unknown"))
    }
}

/// A store that is open, and what a test does to it and to its views.
struct FollowedStore {
    let folder: StoreFolder
    let writer: LogWriter
    let host: HostFacts

    init(_ path: String, on change: (inout HostFacts) -> Void = { _ in }) throws {
        folder = try StoreFolder.opened(path)
        writer = LogWriter(folder.storage)
        var host = try HostFacts.real()
        change(&host)
        self.host = host
    }

    /// Opens the store, runs `body`, and closes it.
    static func with<R>(
        _ path: String, on change: (inout HostFacts) -> Void = { _ in }, _ body: (FollowedStore) throws -> R
    ) throws -> R {
        let store = try FollowedStore(path, on: change)
        defer { store.folder.close() }
        return try body(store)
    }

    var last: SequenceNumber { get throws { try folder.storage.read { try $0.last } } }

    func views(mapSizeBytes: Int = 64 << 20) -> Views {
        Views(of: folder, host: host, mapSizeBytes: mapSizeBytes)
    }

    func enqueue(_ count: Int, _ created: Created = .example()) throws {
        for _ in 0..<count { try writer.perform(.enqueue(created)) }
    }

    /// Enqueues many in one commit.
    func enqueueTogether(_ count: Int, _ created: Created = .example()) throws {
        try writer.turn(now: .second(1)) { turn in
            for _ in 0..<count { _ = try turn.perform(.enqueue(created)) }
        }
    }

    /// The events of the log up to `last`, counted by their kind without any of what is tested.
    func tally(through last: SequenceNumber = .max) throws -> [String: Int] {
        try folder.storage.read { log in
            var tally: [String: Int] = [:]
            try log.events(from: 1) { sequence, value in
                guard sequence <= last else { return false }
                tally[EventKind(rawValue: value[6])?.name ?? "unknown", default: 0] += 1
                return true
            }
            return tally
        }
    }
}

extension Views {
    /// What a tally has counted so far.
    func tally(_ type: any Follower.Type = Tally.self) throws -> [String: Int] {
        try read(type) { view in
            var tally: [String: Int] = [:]
            try view.walk(Packed(bytes: [])) { key, value in
                tally[try key.unpacked(as: String.self)] = try value.unpacked(as: Int.self)
                return true
            }
            return tally
        }
    }

    /// Leaves a row of no follower's, which is gone if the view is built anew.
    func mark() throws {
        let open = try view(ViewID(of: Tally.self)).forOwner()
        try open.environment.write { try PendingRows(StoredRows(handle: $0.handle, database: open.rows)).mark() }
    }

    var isMarked: Bool {
        get throws { try read(Tally.self) { try $0[Packed("mark")] } != nil }
    }
}

extension PendingRows {
    fileprivate func mark() throws {
        try put(Packed("mark"), Packed(0))
        try flush()
    }
}

extension FollowerRun {
    /// Steps until there is nothing more to do, and says why.
    @discardableResult
    func finish() throws -> Step {
        while true {
            let step = try step()
            if step != .behind { return step }
        }
    }
}

/// Builds the tally of a store, marks it, and closes everything.
func followAndMark(_ path: String) throws {
    try FollowedStore.with(path) { store in
        let views = store.views()
        defer { views.close() }
        let run = try FollowerRun(Tally.self, views)
        try #require(try run.finish() == .caughtUp)
        try views.mark()
        run.end()
    }
}

/// Opens the store again and follows: whether the marked view was kept, once it has been seen to be right.
func isKept(_ path: String, on change: (inout HostFacts) -> Void = { _ in }) throws -> Bool {
    try FollowedStore.with(path, on: change) { store in
        let views = store.views()
        defer { views.close() }
        let run = try FollowerRun(Tally.self, views)
        defer { run.end() }
        try #require(try run.finish() == .caughtUp)
        let isMarked = try views.isMarked
        var tally = try views.tally()
        tally["mark"] = nil
        #expect(try tally == store.tally())
        return isMarked
    }
}
