import Foundation

/// This program once more, as another process of the same store.
final class Child {
    enum Role: String {
        /// Works, and says at its end how long after it was sent each job started.
        case latencies
        /// Takes a job, says so, and never ends it.
        case hang
        /// Enqueues and works as fast as it can for a while.
        case saturate
        /// Works, and says at its end when each job started and ended.
        case times
        /// Serves a dashboard, and does what it is told, line by line.
        case serve
    }

    static let option = "--child"

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    init(_ role: Role, _ folder: String, _ more: String...) throws {
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Child.option, role.rawValue, folder] + more
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    var id: pid_t { process.processIdentifier }

    func waitForLine(_ expected: String) throws {
        while let line = nextLine() { if line == expected { return } }
        throw UsageError("The other process ended before it said \"\(expected)\".")
    }

    /// Its next line; nil when it has ended.
    func line() -> String? { nextLine() }

    func tell(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// Has it begin, or stop, as its role is.
    func go() { try? input.fileHandleForWriting.close() }

    /// Has it stop, and answers what it said at its end.
    func endWithLines() throws -> [String] {
        go()
        var lines: [String] = []
        while let line = nextLine() { lines.append(line) }
        process.waitUntilExit()
        return lines
    }

    func kill() {
        Foundation.kill(id, SIGKILL)
        process.waitUntilExit()
    }

    private func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            unread.append(more)
        }
    }
}
