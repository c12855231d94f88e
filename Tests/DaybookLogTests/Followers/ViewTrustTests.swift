import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// Each of these views is right, or seems so; the mark tells whether it was used or made anew.
@Suite struct `A view` {
    private func view(_ path: String, _ file: String = "") -> String { path + "/views/tally-1" + file }

    private func overwrite(_ path: String, with bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test func `is used again by the next process of the same boot`() throws {
        try withStore { path in
            try followAndMark(path)
            #expect(try isKept(path))
        }
    }

    @Test func `of another boot is made anew`() throws {
        try withStore { path in
            try followAndMark(path)
            #expect(try !isKept(path) { $0.boot[3] ^= 1 })
        }
    }

    @Test func `of another boot is not shown`() throws {
        try withStore { path in
            try followAndMark(path)
            try FollowedStore.with(path, on: { $0.boot[3] ^= 1 }) { store in
                let views = store.views()
                defer { views.close() }
                let error = #expect(throws: LogError.self) { try views.tally() }
                #expect(error?.code == .notFound)
                let state = try #require(try views.states().first)
                #expect(state.position == nil && state.failure == nil && state.owner == nil)
            }
        }
    }

    @Test func `of another store is made anew`() throws {
        try withStore { path in
            try withStore { other in
                try followAndMark(other)
                try FileManager.default.moveItem(atPath: other + "/views", toPath: path + "/views")
                #expect(try !isKept(path))
            }
        }
    }

    @Test func `has a stamp that is its own alone`() throws {
        try withTemporaryFolder { path in
            let folder = try FolderDescriptor(opening: path)
            let owner = StoreOwner(user: geteuid(), isSomebodyElse: false)
            try write([], to: path + "/one")
            try write([], to: path + "/other")
            let one = try #require(try folder.status(of: "one"))
            let other = try #require(try folder.status(of: "other"))
            let zeros = [UInt8](repeating: 0, count: 16)
            let ones = [UInt8](repeating: 1, count: 16)
            let (tally, next) = (try ViewID(of: Tally.self), try ViewID(of: NewTally.self))
            let stamp = ViewStamp(id: tally, identity: zeros, boot: zeros, data: one)
            #expect(try !stamp.isThere(in: folder))
            try stamp.write(in: folder, for: owner)
            #expect(try stamp.isThere(in: folder))
            for changed in [
                ViewStamp(id: next, identity: zeros, boot: zeros, data: one),
                ViewStamp(id: tally, identity: ones, boot: zeros, data: one),
                ViewStamp(id: tally, identity: zeros, boot: ones, data: one),
                ViewStamp(id: tally, identity: zeros, boot: zeros, data: other),
            ] {
                #expect(try !changed.isThere(in: folder))
            }
        }
    }

    @Test func `of another version in this one's folder is made anew`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                let run = try FollowerRun(NewTally.self, views)
                try run.finish()
                run.end()
                views.close()
            }
            try FileManager.default.moveItem(atPath: path + "/views/tally-2", toPath: view(path))
            #expect(try !isKept(path))
        }
    }

    @Test func `whose data file is a copy is made anew`() throws {
        try withStore { path in
            try followAndMark(path)
            try write(try contents(view(path, "/data.mdb")), to: path + "/copy")
            #expect(rename(path + "/copy", view(path, "/data.mdb")) == 0)
            #expect(try !isKept(path))
        }
    }

    @Test(arguments: ["stamp", "data.mdb", "lock.mdb"])
    func `that lacks a file is right all the same`(file: String) throws {
        try withStore { path in
            try followAndMark(path)
            #expect(unlink(view(path, "/" + file)) == 0)
            #expect(try !isKept(path))
        }
    }

    @Test(arguments: [
        Garbage("noise") { $0.indices.map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) } },
        Garbage("zeros") { [UInt8](repeating: 0, count: $0.count) },
        Garbage("a text") { _ in Array("not a database".utf8) },
        Garbage("its first half") { Array($0.prefix($0.count / 2)) },
        Garbage("its first page spoilt") { [UInt8](repeating: 0xAA, count: 4_096) + $0.dropFirst(4_096) },
        Garbage("nothing") { _ in [] },
    ])
    func `whose data file holds garbage is made anew`(garbage: Garbage) throws {
        try withStore { path in
            try FollowedStore.with(path) { try $0.enqueueTogether(300) }
            try followAndMark(path)
            // In the very same file, so that nothing but the content tells.
            let sound = try contents(view(path, "/data.mdb"))
            try overwrite(view(path, "/data.mdb"), with: garbage.of(sound))
            #expect(try !isKept(path))
        }
    }

    @Test(arguments: ["stamp", "lock.mdb", "owner"])
    func `beside which a file holds garbage is right all the same`(file: String) throws {
        try withStore { path in
            try followAndMark(path)
            try overwrite(view(path, "/" + file), with: [UInt8](repeating: 0x5A, count: 9_000))
            _ = try isKept(path)
        }
    }

    @Test func `is made anew when the log was restored to before its cursor`() throws {
        try withStore { path in
            let old = try contents(path + "/data.mdb")
            try FollowedStore.with(path) { try $0.enqueue(10) }
            try followAndMark(path)
            try write(old, to: path + "/data.mdb")
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                let error = #expect(throws: LogError.self) { try views.tally() }
                #expect(error?.code == .notFound)
            }
            #expect(try !isKept(path))
        }
    }

    @Test func `is made anew when the log was restored and has gone another way since`() throws {
        try withStore { path in
            let old = try contents(path + "/data.mdb")
            try FollowedStore.with(path) { try $0.enqueue(10) }
            try followAndMark(path)
            try write(old, to: path + "/data.mdb")
            try FollowedStore.with(path) { try $0.enqueue(30, .example("fax")) }
            #expect(try !isKept(path))
        }
    }

    @Test func `in a folder that others can write is refused`() throws {
        try withStore { path in
            try followAndMark(path)
            #expect(chmod(view(path), 0o777) == 0)
            let error = #expect(throws: LogError.self) { try isKept(path) }
            #expect(error?.description.contains("Delete it") == true)
        }
    }

    @Test func `behind a link is refused`() throws {
        try withStore { path in
            try followAndMark(path)
            #expect(rename(path + "/views", path + "/elsewhere") == 0)
            #expect(symlink("elsewhere", path + "/views") == 0)
            #expect(throws: LogError.self) { try isKept(path) }
        }
    }
}

struct Garbage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let of: @Sendable ([UInt8]) -> [UInt8]

    init(_ name: String, _ of: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        testDescription = name
        self.of = of
    }
}
