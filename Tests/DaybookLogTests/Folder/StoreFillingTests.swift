import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A store that is filled from elsewhere` {
    private static let identity = [UInt8](1...16)

    private func fill(_ path: String, count: Int = 3) throws(LogError) -> StoreFolder {
        try StoreFolder.filled(path, identity: Self.identity, program: "test", options: .forTests) { storage in
            try Self.putLog(storage, Self.identity, count: count)
        }
    }

    private static func putLog(_ storage: LMDBStorage, _ identity: [UInt8], count: Int) throws {
        let writer = LogWriter(storage)
        let genesis = Genesis(identity: identity, format: 1, program: "elsewhere")
        try writer.turn(now: .second(0)) { turn in
            _ = try turn.record(Event(time: .second(0), body: .genesis(Box(genesis))))
        }
        for _ in 0..<count { try writer.perform(.enqueue()) }
    }

    @Test func `is open and whole when it is done`() throws {
        try withStorePath { path in
            let store = try fill(path)
            #expect(store.identity == Self.identity)
            #expect(try store.storage.read { try $0.last } == 4)
            store.close()
            #expect(try logLength(path) == 4)
            #expect(!exists("\(path)/identity.filling"))
        }
    }

    @Test func `leaves nothing when it fails`() throws {
        try withStorePath { path in
            let wish = LogError(.badInput, "Line 7 is not an event.")
            #expect(throws: wish) {
                try StoreFolder.filled(path, identity: Self.identity, program: "test", options: .forTests) { storage in
                    try Self.putLog(storage, Self.identity, count: 1)
                    throw wish
                }
            }
            expectRefusal(path, .unusable, "no store")
            try fill(path).close()
        }
    }

    @Test func `has to begin with the event that names it`() throws {
        try withStorePath { path in
            let error = #expect(throws: LogError.self) {
                try StoreFolder.filled(path, identity: Self.identity, program: "test", options: .forTests) { storage in
                    try Self.putLog(storage, Array(2...17), count: 1)
                }
            }
            #expect(error?.code == .badInput)
        }
    }

    @Test func `does not take the place of another`() throws {
        try withStore { path in
            let error = #expect(throws: LogError.self) { try fill(path).close() }
            #expect(error?.code == .badInput)
            let length = try logLength(path)
            #expect(length == 1)
        }
    }

    @Test func `is not finished by an opener when it was interrupted, but filled anew`() throws {
        try withStorePath { path in
            try fill(path, count: 10).close()
            // As if the end of the log had still been missing.
            try #require(rename("\(path)/identity", "\(path)/identity.filling") == 0)
            expectRefusal(path, .unusable, "interrupted", "again")
            expectRefusal(path, .unusable, "interrupted", access: .readWrite(createIfMissing: true))
            expectRefusal(path, .unusable, "interrupted", access: .readOnly)
            try fill(path, count: 2).close()
            #expect(try logLength(path) == 3)
        }
    }
}
