import Foundation
import Testing

@testable import Daybook

@Suite struct `A watch over other processes' ends` {
    @Test func `tells of an end, once`() throws {
        let child = try Process.run(URL(filePath: "/bin/cat"), arguments: [], standardInput: Pipe())
        let told = DispatchSemaphore(value: 0)
        let watch = ExitWatch { told.signal() }
        defer { watch.stop() }
        #expect(watch.watch([child.processIdentifier]))
        #expect(!watch.watch([child.processIdentifier]), "it is not new a second time")
        #expect(!watch.takeEnd())
        kill(child.processIdentifier, SIGKILL)
        told.wait()
        #expect(watch.takeEnd())
        #expect(!watch.takeEnd())
    }

    @Test func `tells nothing of who is not watched any more`() throws {
        let first = try Process.run(URL(filePath: "/bin/cat"), arguments: [], standardInput: Pipe())
        let second = try Process.run(URL(filePath: "/bin/cat"), arguments: [], standardInput: Pipe())
        let told = DispatchSemaphore(value: 0)
        let watch = ExitWatch { told.signal() }
        _ = watch.watch([first.processIdentifier, second.processIdentifier])
        _ = watch.watch([second.processIdentifier])
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        kill(second.processIdentifier, SIGKILL)
        told.wait()
        watch.stop()
        #expect(told.wait(timeout: .now()) == .timedOut, "only one of them was watched")
    }
}

extension Process {
    fileprivate static func run(_ program: URL, arguments: [String], standardInput: Pipe) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = standardInput
        try process.run()
        return process
    }
}
