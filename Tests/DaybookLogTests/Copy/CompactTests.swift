import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `Compacting` {
    private func compact(_ path: String, _ control: CopyControl = CopyControl()) throws -> CompactSummary {
        try StoreFolder.compact(path, program: "test", options: .forTests, control)
    }

    @Test func `makes the file smaller and keeps log, ledgers and identity`() throws {
        try Copied.withFilledStore(turns: 60) { path in
            let (log, state) = (try Copied.log(path), try Copied.state(path))
            let identity = try contents(path + "/identity")
            let summary = try compact(path)
            #expect(summary.bytesAfter < summary.bytesBefore)
            #expect(try contents(path + "/data.mdb").count == summary.bytesAfter)
            #expect(try Copied.log(path) == log)
            #expect(try Copied.state(path) == state)
            #expect(try contents(path + "/identity") == identity)
            #expect(try mode(path + "/data.mdb") == 0o600)
            #expect(!exists(path + "/compact"))
            // And the store goes on from there.
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            try LogWriter(store.storage).perform(.enqueue(), at: 1e6)
            #expect(try store.storage.read { try $0.last } == UInt64(log.count) + 1)
        }
    }

    @Test func `is refused while the store is open`() throws {
        try Copied.withFilledStore(turns: 5) { path in
            let store = try StoreFolder.opened(path)
            #expect(throws: LogError.self) { try compact(path) }
            store.close()
            _ = try compact(path)
        }
    }

    @Test func `that is stopped changes nothing`() throws {
        try Copied.withFilledStore(turns: 20) { path in
            let bytes = try contents(path + "/data.mdb")
            for step in [1, 3, 18, 20] {
                #expect(throws: LogError.self) { try compact(path, Copied.stopping(at: step)) }
                #expect(try contents(path + "/data.mdb") == bytes)
                #expect(!exists(path + "/compact"))
            }
        }
    }

    @Test func `clears what a killed one has left`() throws {
        try Copied.withFilledStore(turns: 5) { path in
            try FileManager.default.createDirectory(atPath: path + "/compact", withIntermediateDirectories: false)
            try write([1, 2, 3], to: path + "/compact/data.mdb")
            _ = try compact(path)
            #expect(!exists(path + "/compact"))
            #expect(try Copied.verdict(path).verdict == .good)
        }
    }

    @Test func `of a damaged store changes nothing`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            try LogWriter(store.storage).perform(.enqueue(.example(arguments: "\"find this text\"")))
            store.close()
            var bytes = try contents(path + "/data.mdb")
            let place = try #require(bytes.firstRange(of: Array("find this text".utf8)))
            bytes[place.lowerBound] ^= 1
            try write(bytes, to: path + "/data.mdb")
            let error = #expect(throws: LogError.self) { try compact(path) }
            #expect(error?.code == .damaged)
            #expect(try contents(path + "/data.mdb") == bytes)
        }
    }
}
