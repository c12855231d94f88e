import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `The processes that follow a store` {
    @Test func `have one owner, and the next one goes on where it was killed`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                try store.enqueue(20)
                let child = try ChildProcess("follow", path)
                #expect(child.line() == "owner \(try store.last)")
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views)
                #expect(try run.step() == .waiting)
                #expect(try views.states().map(\.owner) == [child.pid])
                #expect(try views.tally() == store.tally())

                try store.enqueue(5)
                #expect(try run.step() == .waiting)
                #expect(try views.states().map(\.eventsBehind) == [5])
                child.kill(SIGKILL)
                child.wait()
                try views.mark()
                #expect(try run.finish() == .caughtUp)
                #expect(try views.states().map(\.owner) == [getpid()])
                // Not built anew: the mark is still there.
                var tally = try views.tally()
                #expect(tally.removeValue(forKey: "mark") == 0)
                #expect(try tally == store.tally())
                run.end()
            }
        }
    }

    @Test func `are told of their successor's turn by a thread of their own`() async throws {
        let path = FileManager.default.temporaryDirectory.path() + "daybook-\(UInt64.random(in: 0...(.max)))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try FollowedStore(path)
        defer { store.folder.close() }
        try store.enqueue(3)
        let child = try ChildProcess("follow", path)
        #expect(child.line() == "owner \(try store.last)")
        let set = FollowerSet(of: store.folder, host: store.host)
        try set.follow(Tally.self)
        // What the owner has done counts for those who wait elsewhere.
        try await set.wait(for: Tally.self, through: try store.last)
        #expect(try set.views.states().map(\.owner) == [child.pid])
        child.kill(SIGKILL)
        child.wait()
        try store.enqueue(3)
        try await set.wait(for: Tally.self, through: try store.last)
        #expect(try set.views.states().map(\.owner) == [getpid()])
        #expect(try set.views.tally() == store.tally())
        await set.stop()
    }

    @Test func `keep their place when they look who has it`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views)
                #expect(try run.finish() == .caughtUp)
                #expect(try views.states().map(\.owner) == [getpid()])
                let second = try FollowerRun(Tally.self, views)
                #expect(try second.step() == .waiting)
                // Closing any descriptor of the locked file would have given the lock away.
                let child = try ChildProcess("follow", path)
                #expect(child.line() == "waiting")
                run.end()
            }
        }
    }

    @Test func `notice that their views were deleted, and build them anew`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                try store.enqueue(10)
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views)
                try run.finish()
                try FileManager.default.removeItem(atPath: path + "/views")
                let error = #expect(throws: LogError.self) { try views.tally() }
                #expect(error?.code == .notFound)
                #expect(try run.finish() == .caughtUp)
                #expect(try views.tally() == store.tally())
                run.end()
            }
        }
    }

    @Test func `do not go on with a view that somebody else has begun in their place`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                try store.enqueue(10)
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views)
                try run.finish()
                try FileManager.default.removeItem(atPath: path + "/views")
                let child = try ChildProcess("follow", path)
                #expect(child.line() == "owner \(try store.last)")
                #expect(try run.step() == .waiting)
                #expect(try views.tally() == store.tally())
                child.endInput()
                #expect(child.wait() == 0)
                #expect(try run.finish() == .caughtUp)
                run.end()
            }
        }
    }

    @Test func `use an old version until the new one has caught up`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                try store.enqueue(20)
                let views = store.views()
                defer { views.close() }
                let old = try FollowerRun(Tally.self, views)
                try old.finish()
                old.end()
                let new = try FollowerRun(NewTally.self, views, batchEvents: 5)
                #expect(try new.step() == .behind)
                #expect(try views.tally() == store.tally())
                #expect(try views.states().map(\.version) == [1, 2])
                try new.finish()
                #expect(try views.states().map(\.version) == [2])
                #expect(!exists(path + "/views/tally-1"))
                new.end()
            }
        }
    }

    @Test func `of an old release keep their version`() throws {
        try withStore { path in
            try FollowedStore.with(path) { store in
                let child = try ChildProcess("follow", path)
                #expect(child.line()?.hasPrefix("owner") == true)
                let views = store.views()
                defer { views.close() }
                let new = try FollowerRun(NewTally.self, views, retirementNanoseconds: 0)
                #expect(try new.finish() == .caughtUp)
                #expect(try views.states().map(\.version) == [1, 2])
                child.endInput()
                #expect(child.wait() == 0)
                #expect(try new.finish() == .caughtUp)
                #expect(try views.states().map(\.version) == [2])
                new.end()
            }
        }
    }
}
