import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A store is refused` {
    @Test func `when its data file is gone, and no new one is made`() throws {
        try withStore { path in
            try #require(unlink("\(path)/data.mdb") == 0)
            expectRefusal(path, .damaged, "data.mdb is missing")
            expectRefusal(path, .damaged, "data.mdb is missing", access: .readWrite(createIfMissing: true))
            expectRefusal(path, .damaged, "data.mdb is missing", access: .readOnly)
            #expect(!exists("\(path)/data.mdb"))
        }
    }

    @Test func `when its data file was emptied, and stays empty`() throws {
        try withStore { path in
            try #require(truncate("\(path)/data.mdb", 0) == 0)
            expectRefusal(path, .damaged, "empty", access: .readWrite(createIfMissing: true))
            expectRefusal(path, .damaged, "empty", access: .readOnly)
            #expect(try contents("\(path)/data.mdb") == [])
        }
    }

    @Test func `when its data file is cut off`() throws {
        try withStore { path in
            let size = try contents("\(path)/data.mdb").count
            try #require(truncate("\(path)/data.mdb", size - 4_096) == 0)
            expectRefusal(path, .damaged, "cut off")
        }
    }

    @Test func `when its data file is garbage`() throws {
        try withStore { path in
            try write([UInt8](repeating: 0x5A, count: 65_536), to: "\(path)/data.mdb")
            expectRefusal(path, .damaged, "not an LMDB data file")
        }
    }

    @Test(arguments: [0, 1])
    func `when a meta page is zeroed`(_ page: Int) throws {
        try withStore { path in
            var bytes = try contents("\(path)/data.mdb")
            for index in page * 4_096..<(page + 1) * 4_096 { bytes[index] = 0 }
            try write(bytes, to: "\(path)/data.mdb")
            expectRefusal(path, .damaged, "Meta page \(page)")
        }
    }

    @Test func `when another version of LMDB wrote it`() throws {
        try withStore { path in
            var bytes = try contents("\(path)/data.mdb")
            for page in 0...1 { bytes[page * 4_096 + 20] = 9 }
            try write(bytes, to: "\(path)/data.mdb")
            expectRefusal(path, .unusable, "data version 9", "import")
        }
    }

    @Test func `when its identity is gone`() throws {
        try withStore { path in
            try #require(unlink("\(path)/identity") == 0)
            expectRefusal(path, .damaged, "identity is missing")
            expectRefusal(path, .damaged, "identity is missing", access: .readWrite(createIfMissing: true))
            expectRefusal(path, .damaged, "identity is missing", access: .readOnly)
        }
    }

    @Test(arguments: [
        "", "{}", "{\"daybook\":1}", "{\"daybook\":1,\"identity\":\"12\"}", "{\"daybook\":0,\"identity\":\"\"}",
    ])
    func `when its identity is garbage`(_ text: String) throws {
        try withStore { path in
            try write(Array(text.utf8), to: "\(path)/identity")
            expectRefusal(path, .damaged, "identity is not what Daybook writes")
        }
    }

    @Test func `when its identity has a newer format`() throws {
        try withStore { path in
            try write(Array("{\"daybook\":2,\"name\":\"x\"}".utf8), to: "\(path)/identity")
            expectRefusal(path, .unusable, "format 2", access: .readOnly)
        }
    }

    @Test func `when its identity is that of another`() throws {
        try withStore { path in
            let other = IdentityFile(identity: Array(1...16))
            try write(other.bytes, to: "\(path)/identity")
            expectRefusal(path, .damaged, "0102030405060708090a0b0c0d0e0f10", "exchanged")
            expectRefusal(path, .damaged, "exchanged", access: .readOnly)
        }
    }

    @Test func `when its data file is that of another`() throws {
        try withStore { path in
            try withStore { other in
                try write(try contents("\(other)/data.mdb"), to: "\(path)/data.mdb")
                expectRefusal(path, .damaged, "exchanged")
            }
        }
    }

    @Test func `when its log begins as that of another`() throws {
        try withStore { path in
            let identity = [UInt8](1...16)
            try changeMeta(path, "identity", identity)
            try write(IdentityFile(identity: identity).bytes, to: "\(path)/identity")
            expectRefusal(path, .damaged, "the log begins as")
        }
    }

    @Test func `when its data file holds no store`() throws {
        try withStore { path in
            try #require(unlink("\(path)/data.mdb") == 0)
            try LMDBEnvironment(at: path, databases: ["something"]).close()
            expectRefusal(path, .damaged, "holds no store")
        }
    }

    @Test func `when its first event is damaged`() throws {
        try withStore { path in
            var bytes = try contents("\(path)/data.mdb")
            let program = Array("test".utf8)
            let places = bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == program }
            try #require(!places.isEmpty)
            for place in places { bytes[place] ^= 1 }
            try write(bytes, to: "\(path)/data.mdb")
            expectRefusal(path, .damaged, "first event", "log verify")
        }
    }

    @Test(arguments: ["format", "ledgers"], [0, 2] as [UInt32])
    func `for writing when its form is another, and read unless it is newer`(_ row: String, _ version: UInt32) throws {
        try withStore { path in
            try changeMeta(path, row, withUnsafeBytes(of: version.littleEndian, Array.init))
            expectRefusal(
                path, .unusable, "\(version); this release writes 1", version > 1 ? "newer release" : "upgrade")
            guard row == "ledgers" || version < 1 else {
                return expectRefusal(path, .unusable, "format 2", "newer release", access: .readOnly)
            }
            #expect(try logLength(path) == 1)
        }
    }

    @Test func `when its format is another and lacks what this release reads`() throws {
        try withStore { path in
            try #require(unlink("\(path)/data.mdb") == 0)
            let identity = try IdentityFile.parse(try contents("\(path)/identity")).get().identity
            try changeMeta(path, "identity", identity)
            try changeMeta(path, "ledgers", [1, 0, 0, 0])
            try changeMeta(path, "format", [2, 0, 0, 0])
            expectRefusal(path, .unusable, "format 2", access: .readOnly)
        }
    }

    @Test func `without making what it lacks`() throws {
        try withStore { path in
            try #require(unlink("\(path)/data.mdb") == 0)
            let identity = try IdentityFile.parse(try contents("\(path)/identity")).get().identity
            for (row, value) in [("identity", identity), ("ledgers", [1, 0, 0, 0]), ("format", [1, 0, 0, 0])] {
                try changeMeta(path, row, value)
            }
            expectRefusal(path, .damaged, "is missing in data.mdb")
            let environment = try LMDBEnvironment(at: path, databases: ["meta", "events"], options: .untouched)
            defer { environment.close() }
            #expect(environment.database("events") == nil)
        }
    }
}

extension EnvironmentOptions {
    fileprivate static var untouched: EnvironmentOptions {
        var options = EnvironmentOptions()
        options.createDatabases = false
        return options
    }
}

/// Puts a row into `meta` behind the store's back.
func changeMeta(_ path: String, _ row: String, _ value: [UInt8]) throws {
    let environment = try LMDBEnvironment(at: path, databases: ["meta"])
    defer { environment.close() }
    let meta = environment.database("meta")!
    _ = try environment.write { try $0.put(meta, key: Array(row.utf8), value) }
}
