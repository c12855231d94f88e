import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `Processes that share a store` {
    @Test func `see each other and who they are`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let others = try store.others()
            #expect(others.map(\.isAlive) == [true])
            #expect(others.first?.facts?.processID == child.pid)
            #expect(others.first?.facts?.program == "holder")
            #expect(others.first?.facts?.writes == true)
        }
    }

    @Test func `see readers too`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path, "--read-only")
            try #require(child.line() == "ready")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(try store.others().first?.facts?.writes == false)
        }
    }

    @Test func `see that one has ended`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            child.endInput()
            #expect(child.wait() == 0)
            #expect(try store.others().isEmpty)
        }
    }

    @Test func `see that one was killed`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            child.kill(SIGKILL)
            child.wait()
            #expect(try store.others().map(\.isAlive) == [false])
        }
    }

    @Test func `do not cost this one its lock by looking`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            _ = try store.others()
            let child = try ChildProcess("open", path)
            #expect(child.wait() == 0)
            // The child sweeps the files of the dead; ours is still there.
            #expect(exists("\(path)/processes/\(try #require(store.presence).name)"))
        }
    }

    @Test func `remove the files of the dead`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            child.kill(SIGKILL)
            child.wait()
            #expect(try processFiles(path).count == 1)
            try StoreFolder.opened(path).close()
            #expect(try processFiles(path).isEmpty)
        }
    }

    @Test func `keep the file of a dead one until the log knows of its death`() throws {
        try withStorePath { path in
            try leaveDeadProcess(path, event: 7, note: 42)
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let dead = try #require(try store.others().first)
            #expect(!dead.isAlive)
            #expect(dead.facts?.event == 7)
            #expect(dead.enginePart.prefix(2) == [42, 0])
            try store.forget(dead)
            #expect(try store.others().isEmpty)
        }
    }

    @Test func `free the snapshots of the dead`() throws {
        try withStore { path in
            // Who has the store open keeps LMDB from forgetting its readers by itself.
            let other = try ChildProcess("hold", path)
            try #require(other.line() == "ready")
            let child = try ChildProcess("hold-read", path)
            try #require(child.line() == "ready")
            child.kill(SIGKILL)
            child.wait()
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(try store.storage.environment.readers().allSatisfy { $0.pid != child.pid })
        }
    }

    @Test func `leave no file of their own`() throws {
        try withStore { path in
            let files = try processFiles(path)
            #expect(files.isEmpty)
        }
    }

    @Test func `leave no file when they are refused`() throws {
        try withStore { path in
            try write([], to: "\(path)/data.mdb")
            expectRefusal(path, .damaged)
            #expect(try processFiles(path).isEmpty)
        }
    }

    @Test func `are all in one pid namespace`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path, "--pid-namespace", "5")
            try #require(child.line() == "ready")
            expectRefusal(path, .unusable, "another container", "pid namespace 5")
            expectRefusal(path, .unusable, "another container", access: .readOnly)
            child.kill(SIGKILL)
            child.wait()
            try StoreFolder.opened(path).close()
        }
    }

    @Test func `are all on one machine`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path, "--boot", "00112233445566778899aabbccddeeff")
            try #require(child.line() == "ready")
            expectRefusal(path, .unusable, "another machine")
        }
    }

    @Test(.enabled(if: isRoot && runsEverything))
    func `are told apart by the kernel's own namespaces`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let child = try ChildProcess(under: ["unshare", "--pid", "--fork"], "open", path)
            #expect(child.wait() == 3)
            #expect(child.complaint().contains("another container"))
        }
    }

    @Test func `may have names that are too long`() throws {
        var facts = ProcessFacts(try HostFacts.real(), writes: true, program: String(repeating: "n", count: 500))
        facts.event = 9
        let read = try #require(ProcessFacts(page: facts.page))
        #expect(read.program == String(repeating: "n", count: 174))
        facts.program = read.program
        #expect(read == facts)
        #expect(facts.page.count == 4_096)
    }

    @Test func `may be of a release that nobody here knows`() throws {
        try withStore { path in
            try write([UInt8](repeating: 0xFF, count: 10), to: "\(path)/processes/strange")
            try StoreFolder.opened(path).close()
            #expect(try processFiles(path).isEmpty)
        }
    }
}

private func processFiles(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/processes")
}

/// What a process leaves that was known to the log and was killed.
private func leaveDeadProcess(_ path: String, event: UInt64, note: UInt8) throws {
    let store = try StoreFolder.opened(path)
    let presence = try #require(store.presence)
    presence.register(event: event)
    presence.withEnginePart { $0[0] = note }
    let page = try contents("\(path)/processes/\(presence.name)")
    store.close()
    try write(page, to: "\(path)/processes/dead")
}
