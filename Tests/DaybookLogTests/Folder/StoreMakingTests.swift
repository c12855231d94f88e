import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `A new store` {
    @Test func `is for its owner only, whatever the umask`() async throws {
        await #expect(processExitsWith: .success) {
            for mask: mode_t in [0, 0o077, 0o777] {
                umask(mask)
                try withStore { path in
                    try #require(try mode(path) == 0o700)
                    for file in ["data.mdb", "lock.mdb", "identity"] {
                        try #require(try mode("\(path)/\(file)") == 0o600)
                    }
                    try #require(try mode("\(path)/processes") == 0o700)
                }
            }
        }
    }

    @Test func `shows its process in a file for the owner only`() async throws {
        await #expect(processExitsWith: .success) {
            for mask: mode_t in [0, 0o777] {
                umask(mask)
                try withStorePath { path in
                    let store = try StoreFolder.opened(path)
                    defer { store.close() }
                    let name = try #require(store.presence?.name)
                    try #require(try mode("\(path)/processes/\(name)") == 0o600)
                    try #require(try mode("\(path)/wake") == 0o600)
                }
            }
        }
    }

    @Test func `makes an empty folder private`() throws {
        try withTemporaryFolder { path in
            try #require(chmod(path, 0o755) == 0)
            try StoreFolder.opened(path).close()
            #expect(try mode(path) == 0o700)
        }
    }

    @Test func `leaves the mode of a folder that holds other things`() throws {
        try withTemporaryFolder { path in
            try #require(chmod(path, 0o755) == 0)
            try write([1], to: "\(path)/notes")
            try StoreFolder.opened(path).close()
            #expect(try mode(path) == 0o755)
        }
    }

    @Test func `begins with an event that says which store it is and who made it`() throws {
        try withStorePath { path in
            let options = try StoreFolder.Options.forTests {
                $0.host = "desk"; $0.user = "ada"
            }
            let store = try StoreFolder.opened(path, options: options)
            defer { store.close() }
            let event = try store.storage.read { try $0.event(1) { try Event($0, at: 1) } }
            let genesis = Genesis(identity: store.identity, format: 1, program: "test", host: "desk", user: "ada")
            #expect(event?.body == .genesis(Box(genesis)))
        }
    }

    @Test func `says in meta in which format it is and which store`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let rows = try MetaRows.read(from: store.storage.environment)
            #expect(rows == MetaRows(format: 1, ledgers: 1, identity: store.identity))
        }
    }

    @Test func `writes meta and the first event in one commit`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            // One commit for the empty databases, one for all that is in them.
            #expect(try store.storage.environment.info().lastTransactionID == 2)
        }
    }

    @Test func `is the same store when it is opened again`() throws {
        try withStorePath { path in
            let first = try StoreFolder.opened(path)
            first.close()
            let second = try StoreFolder.opened(path)
            defer { second.close() }
            #expect(first.identity == second.identity)
            let line = "{\"daybook\":1,\"identity\":\"\(first.identity.withUnsafeBytes(Hexadecimal.text))\"}\n"
            #expect(try contents("\(path)/identity") == Array(line.utf8))
        }
    }

    @Test func `is another store than the next`() throws {
        try withStorePath { first in
            try withStorePath { second in
                let stores = [try StoreFolder.opened(first), try StoreFolder.opened(second)]
                #expect(stores[0].identity != stores[1].identity)
                stores.forEach { $0.close() }
            }
        }
    }

    @Test func `is made once when several processes make it`() throws {
        for _ in 0..<8 {
            try withStorePath { path in
                let makers = try (0..<4).map { _ in try ChildProcess("open", path) }
                let stores = makers.map { $0.line() }
                #expect(makers.map { $0.wait() } == [0, 0, 0, 0], "\(makers.map { $0.complaint() })")
                #expect(Set(stores).count == 1)
                #expect(try logLength(path) == 1)
            }
        }
    }
}

func logLength(_ path: String) throws -> UInt64 {
    let store = try StoreFolder.opened(path, .readOnly)
    defer { store.close() }
    return try store.storage.read { try $0.last }
}
