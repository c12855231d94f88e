import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// What an interrupted making may leave, each made by hand. The driver `kills` in tools/DaybookFaults makes them for
/// real.
@Suite struct `A making that was interrupted` {
    private static let identity = [UInt8](1...16)

    private func withBegun<R>(_ body: (String) throws -> R) throws -> R {
        try withTemporaryFolder { path in
            try #require(chmod(path, 0o700) == 0)
            try write(IdentityFile(identity: Self.identity).bytes, to: "\(path)/identity.new")
            return try body(path)
        }
    }

    private func expectWholeStore(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let store = try StoreFolder.opened(path)
        defer { store.close() }
        #expect(try store.storage.read { try $0.last } == 1, sourceLocation: sourceLocation)
        #expect(!exists("\(path)/identity.new"), sourceLocation: sourceLocation)
        try LogWriter(store.storage).perform(.enqueue(.example()))
    }

    @Test func `before there was a data file is begun again`() throws {
        try withBegun { try expectWholeStore($0) }
    }

    @Test(arguments: [0, 7, 30])
    func `before the identity was flushed is begun again`(_ byteCount: Int) throws {
        try withBegun { path in
            try write(Array(IdentityFile(identity: Self.identity).bytes.prefix(byteCount)), to: "\(path)/identity.new")
            try expectWholeStore(path)
        }
    }

    @Test(arguments: [0, 100, 4_096, 8_192, 65_536])
    func `while the data file was new is begun again`(_ byteCount: Int) throws {
        try withBegun { path in
            try write([UInt8](repeating: 0, count: byteCount), to: "\(path)/data.mdb")
            try write([UInt8](repeating: 0, count: 100), to: "\(path)/lock.mdb")
            try expectWholeStore(path)
        }
    }

    @Test func `before the first event is finished with the identity that was chosen`() throws {
        try withBegun { path in
            try LMDBEnvironment(at: path, databases: ["events", "meta"]).close()
            try expectWholeStore(path)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(store.identity == Self.identity)
        }
    }

    @Test func `before the renaming is finished without a second first event`() throws {
        try withStore { path in
            let identity = try contents("\(path)/identity")
            try #require(rename("\(path)/identity", "\(path)/identity.new") == 0)
            try expectWholeStore(path)
            #expect(try contents("\(path)/identity") == identity)
        }
    }

    @Test func `is finished by any writer`() throws {
        try withStore { path in
            try #require(rename("\(path)/identity", "\(path)/identity.new") == 0)
            try StoreFolder.opened(path, .readWrite(createIfMissing: false)).close()
            #expect(exists("\(path)/identity"))
        }
    }

    @Test func `before there was a data file is no store`() throws {
        try withBegun { path in
            expectRefusal(path, .unusable, "no store")
            expectRefusal(path, .unusable, "no store", access: .readOnly)
        }
    }

    @Test func `is not for readers to finish`() throws {
        try withBegun { path in
            try write([], to: "\(path)/data.mdb")
            expectRefusal(path, .unusable, "interrupted", "daybook init", access: .readOnly)
            #expect(exists("\(path)/identity.new"))
            let data = try contents("\(path)/data.mdb")
            #expect(data.isEmpty)
        }
    }

    @Test func `does not explain a data file with another identity`() throws {
        try withStore { path in
            try #require(unlink("\(path)/identity") == 0)
            try write(IdentityFile(identity: Self.identity).bytes, to: "\(path)/identity.new")
            expectRefusal(path, .damaged, "another store")
            expectRefusal(path, .damaged, "another store", access: .readWrite(createIfMissing: true))
        }
    }

    @Test func `does not explain a large data file that is damaged, which stays`() throws {
        try withBegun { path in
            let garbage = [UInt8](repeating: 7, count: StoreMaking.discardableByteCountMax + 1)
            try write(garbage, to: "\(path)/data.mdb")
            expectRefusal(path, .damaged, "too large", access: .readWrite(createIfMissing: true))
            #expect(try contents("\(path)/data.mdb") == garbage)
        }
    }
}
