import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `Copies of an encrypted store` {
    private static let secret = "the moon is made of cheese"

    /// A closed store with jobs whose arguments are encrypted, the first of them archived.
    private func withStore(_ body: (_ path: String, _ log: [[UInt8]]) throws -> Void) throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            try store.encrypt(.store, from: nil, now: .second(1), by: .person("ann"))
            let writer = LogWriter(store.storage)
            for _ in 0..<20 { try writer.perform(.enqueue(.example(arguments: "\"\(Self.secret)\""))) }
            _ = try store.archive(before: .sequence(10), by: .person("ann"), now: { .second(2) })
            let log = try Copied.log(store.storage)
            store.close()
            try body(path, log)
        }
    }

    private func expectSealed(_ copy: String, keysOf path: String, _ log: [[UInt8]]) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: copy) where !name.hasSuffix("archive") {
            let bytes = try contents("\(copy)/\(name)")
            #expect(bytes.firstRange(of: Array(Self.secret.utf8)) == nil, "\(name)")
        }
        #expect(!exists(copy + "/keys"))
        let new = try Copied.log(copy)
        // But the first, which says which store it is.
        for index in 1..<log.count { #expect(Wreck.said(new[index]) == Wreck.said(log[index]), "event \(index + 1)") }
        let report = try Copied.verdict(copy)
        #expect(report.verdict == .good, "\(report.text)")
        #expect(try arguments(copy) != Array("\"\(Self.secret)\"".utf8))
        // Whoever has the keys can read it.
        try FileManager.default.copyItem(atPath: path + "/keys", toPath: copy + "/keys")
        #expect(try arguments(copy) == Array("\"\(Self.secret)\"".utf8))
    }

    private func arguments(_ path: String) throws -> [UInt8]? {
        let store = try StoreFolder.opened(path, .readOnly)
        defer { store.close() }
        return try store.opened.read { try $0.creation(of: 15)?.value.arguments }
    }

    @Test func `a restored one has its events as they were sealed`() throws {
        try withStore { path, log in
            let copy = path + ".restored"
            _ = try StoreFolder.restore(at: copy, from: path, program: "test", options: .forTests)
            try expectSealed(copy, keysOf: path, log)
        }
    }

    @Test func `a recovered one has its events as they were sealed`() throws {
        try withStore { path, log in
            let copy = path + ".saved"
            let summary = try StoreFolder.recover(at: copy, from: path, program: "test", options: .forTests)
            #expect(summary.missing == 0)
            try expectSealed(copy, keysOf: path, log)
        }
    }

    @Test func `a forked one has its events as they were sealed`() throws {
        try withStore { path, log in
            let copy = path + ".fork"
            _ = try StoreFolder.fork(at: copy, from: path, asOf: .end, program: "test", options: .forTests)
            try expectSealed(copy, keysOf: path, log)
        }
    }
}
