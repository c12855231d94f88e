import DaybookLMDB
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookLog

@Suite struct `A backup` {
    @Test func `is a complete store with the same identity, log and ledgers`() throws {
        try Copied.withFilledStore(turns: 60) { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let copy = path + ".copy"
            let summary = try store.backUp(to: copy + "/")
            #expect(try Copied.names(copy) == ["data.mdb", "identity"])
            #expect(try [mode(copy), mode(copy + "/data.mdb"), mode(copy + "/identity")] == [0o700, 0o600, 0o600])
            #expect(summary.identity == store.identity)
            let log = try Copied.log(store.storage)
            #expect(try Copied.log(copy) == log)
            #expect(summary.last == UInt64(log.count))
            store.close()
            #expect(try Copied.state(copy) == Copied.state(path))
            #expect(try Copied.names((path as NSString).deletingLastPathComponent) == ["store", "store.copy"])
        }
    }

    @Test func `is one commit of a store that others go on writing`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            var workload = ReplayWorkload(seed: 7, LogWriter(store.storage))
            // More than a stretch, so that the log grows between one and the next.
            try workload.run(turns: 30)
            let payload = String(repeating: "x", count: 60_000)
            let writer = LogWriter(store.storage)
            for _ in 0..<100 { try writer.perform(.enqueue(.example(arguments: "\"\(payload)\""))) }
            let before = try store.storage.read { try $0.last }
            let control = CopyControl(progress: { progress in
                guard progress.phase == .copying else { return }
                // The thread that copies is between two snapshots here.
                _ = try? LogWriter(store.storage).perform(.enqueue(.example("meanwhile")))
            })
            let summary = try store.backUp(to: path + ".copy", control)
            let last = try store.storage.read { try $0.last }
            #expect(summary.last > before && summary.last <= last)
            #expect(try Copied.log(path + ".copy") == Array(Copied.log(store.storage)[..<Int(summary.last)]))
            #expect(try Copied.verdict(path + ".copy").verdict == .good)
        }
    }

    @Test func `that is stopped leaves nothing behind`() throws {
        try Copied.withFilledStore(turns: 20) { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            for step in [1, 3, 18, 20] {
                let error = #expect(throws: LogError.self) {
                    try store.backUp(to: path + ".copy", Copied.stopping(at: step))
                }
                #expect(error?.description.contains("Stopped") == true)
                #expect(try Copied.names((path as NSString).deletingLastPathComponent) == ["store"])
            }
        }
    }

    @Test func `clears what a killed one has left`() throws {
        try Copied.withFilledStore(turns: 5) { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            try FileManager.default.createDirectory(
                atPath: path + ".copy.unfinished", withIntermediateDirectories: false)
            try write([1, 2, 3], to: path + ".copy.unfinished/data.mdb")
            _ = try store.backUp(to: path + ".copy")
            #expect(try Copied.verdict(path + ".copy").verdict == .good)
            #expect(!exists(path + ".copy.unfinished"))
        }
    }

    @Test func `goes into an empty folder and into no other`() throws {
        try Copied.withFilledStore(turns: 5) { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let copy = path + ".copy"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
            _ = try store.backUp(to: copy)
            let bytes = try contents(copy + "/data.mdb")
            let error = #expect(throws: LogError.self) { try store.backUp(to: copy) }
            #expect(error?.code == .badInput)
            #expect(try contents(copy + "/data.mdb") == bytes)
            #expect(throws: LogError.self) { try store.backUp(to: path + ".nowhere/copy") }
            for inside in ["", "/", "/copy", "/../\((path as NSString).lastPathComponent)/views/copy"] {
                let error = #expect(throws: LogError.self) { try store.backUp(to: path + inside) }
                #expect(error?.description.contains("lies in the store's own folder") == true)
            }
        }
    }

    @Test func `of a damaged event is refused and leaves nothing behind`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            try LogWriter(store.storage).perform(.enqueue(.example(arguments: "\"find this text\"")))
            store.close()
            var bytes = try contents(path + "/data.mdb")
            let place = try #require(bytes.firstRange(of: Array("find this text".utf8)))
            bytes[place.lowerBound] ^= 1
            try write(bytes, to: path + "/data.mdb")
            let damaged = try StoreFolder.opened(path, .readOnly)
            defer { damaged.close() }
            let error = #expect(throws: LogError.self) { try damaged.backUp(to: path + ".copy") }
            #expect(error?.code == .damaged && error?.sequence == 2)
            #expect(try Copied.names((path as NSString).deletingLastPathComponent) == ["store"])
        }
    }

    @Test func `of damaged ledgers is refused`() throws {
        try Copied.withFilledStore(turns: 20) { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let names = try #require(store.storage.environment.database("names"))
            try store.storage.environment.write { transaction in
                try Array("stray".utf8).withUnsafeBytes { try transaction.put(names, key: Array("stray".utf8), $0) }
            }
            let error = #expect(throws: LogError.self) { try store.backUp(to: path + ".copy") }
            #expect(error?.code == .damaged)
            #expect(!exists(path + ".copy") && !exists(path + ".copy.unfinished"))
        }
    }
}
