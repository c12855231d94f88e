import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// On file systems of their own, which only root can mount.
@Suite(.enabled(if: isRoot && runsEverything), .serialized) struct `On a disk that is too small` {
    /// A store of some four megabytes.
    private func withLargeStore<R>(at path: String, _ body: () throws -> R) throws -> R {
        let store = try StoreFolder.opened(path)
        let writer = LogWriter(store.storage)
        for _ in 0..<100 {
            try writer.perform(.enqueue(.example(arguments: "\"\(String(repeating: "x", count: 30_000))\"")))
        }
        store.close()
        return try body()
    }

    private func expectDiskFull(_ folder: String, _ names: [String], _ body: () throws -> Void) throws {
        let error = #expect(throws: LogError.self) { try body() }
        #expect(error?.code == .diskFull, "\(String(describing: error))")
        #expect(try Copied.names(folder) == names)
    }

    @Test func `a backup says so and leaves nothing behind`() throws {
        try withStorePath { path in
            try withLargeStore(at: path) {
                let store = try StoreFolder.opened(path)
                defer { store.close() }
                for megabytes in [1, 2, 3] {
                    try withDisk(megabytes: megabytes) { disk in
                        try expectDiskFull(disk, []) { _ = try store.backUp(to: disk + "/backup") }
                    }
                }
                try withDisk(megabytes: 12) { disk in _ = try store.backUp(to: disk + "/backup") }
            }
        }
    }

    @Test func `no store is restored, nor recovered`() throws {
        try withStorePath { path in
            try withLargeStore(at: path) {
                try withDisk(megabytes: 2) { disk in
                    let copy = disk + "/store"
                    let error = #expect(throws: LogError.self) {
                        try StoreFolder.restore(at: copy, from: path, program: "test", options: .forTests)
                    }
                    #expect(error?.code == .diskFull)
                    #expect(!exists(copy))
                    #expect(throws: LogError.self) {
                        try StoreFolder.recover(at: copy, from: path, program: "test", options: .forTests)
                    }
                    #expect(!exists(copy))
                }
            }
        }
    }

    @Test func `no store is forked, and nothing is left of it`() throws {
        try withStorePath { path in
            try withLargeStore(at: path) {
                for megabytes in [1, 2, 3] {
                    try withDisk(megabytes: megabytes) { disk in
                        try expectDiskFull(disk, []) {
                            _ = try StoreFolder.fork(
                                at: disk + "/fork", from: path, asOf: .end, program: "test", options: .forTests)
                        }
                    }
                }
                try withDisk(megabytes: 12) { disk in
                    _ = try StoreFolder.fork(
                        at: disk + "/fork", from: path, asOf: .end, program: "test", options: .forTests)
                }
            }
        }
    }

    @Test func `the log is archived whole or not at all`() throws {
        try withDisk(megabytes: 16) { disk in
            let path = disk + "/store"
            // Hardly anything in it can be made smaller.
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            var random = SeededGenerator(seed: 3)
            let writer = LogWriter(store.storage)
            for _ in 0..<100 {
                let noise = (0..<2_000).map { _ in String(UInt64.random(in: 0...(.max), using: &random), radix: 36) }
                try writer.perform(.enqueue(.example(arguments: "\"\(noise.joined())\"")))
            }
            let log = try Copied.log(store.storage)
            func archive() throws { _ = try store.archive(before: .sequence(90), by: .system, now: { .second(99) }) }
            for kilobytes in [0, 300, 1_000] {
                fill(disk + "/filler", leavingBytes: kilobytes << 10)
                let error = #expect(throws: LogError.self) { try archive() }
                #expect(error?.code == .diskFull, "\(kilobytes): \(String(describing: error))")
                #expect(try Copied.names(path + "/archive").filter { $0.hasSuffix(".archive") } == [])
                #expect(try Copied.log(store.storage) == log)
                try empty(disk + "/filler")
            }
            try archive()
            #expect(try store.archives().map(\.state) == [.there])
            #expect(LogVerifier(store.storage).verify().verdict == .good)
        }
    }

    @Test func `compacting leaves the store as it is`() throws {
        try withDisk(megabytes: 6) { disk in
            let path = disk + "/store"
            try withLargeStore(at: path) {
                let log = try Copied.log(path)
                #expect(throws: LogError.self) {
                    try StoreFolder.compact(path, program: "test", options: .forTests)
                }
                #expect(!exists(path + "/compact"))
                #expect(try Copied.log(path) == log)
            }
        }
    }
}
