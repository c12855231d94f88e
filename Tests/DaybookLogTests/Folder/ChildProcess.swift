import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process of `DaybookFaults`, which the package builds beside the tests. It is killed when the value goes.
final class ChildProcess {
    let pid: pid_t
    private var input: Int32
    private let output: Int32
    private let errors: Int32
    private var unread: [UInt8] = []
    private var status: Int32?

    /// Between the making of a pipe and its marking another test must not spawn: its child would hold the pipe open.
    private static let spawning = Mutex(())

    /// Runs the program with `words`, or the command `wrapper` with the program and them behind its own words.
    convenience init(under wrapper: [String] = [], _ words: String...) throws {
        let command = wrapper + [ChildProcess.program] + words
        self.init(try ChildProcess.spawning.withLock { _ in try Spawned(command) })
    }

    /// Runs any other command.
    convenience init(command: [String]) throws {
        self.init(try ChildProcess.spawning.withLock { _ in try Spawned(command) })
    }

    private init(_ spawned: Spawned) {
        pid = spawned.pid
        input = spawned.input
        output = spawned.output
        errors = spawned.errors
    }

    private struct Spawned: Sendable {
        var pid: pid_t = 0
        let input: Int32
        let output: Int32
        let errors: Int32

        init(_ command: [String]) throws {
            let input = try Pipe()
            let output = try Pipe()
            let errors = try Pipe()
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
            posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
            posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
            let arguments = command.map { strdup($0) } + [nil]
            defer { arguments.forEach { free($0) } }
            try #require(posix_spawnp(&pid, command[0], &actions, nil, arguments, environ) == 0)
            self.input = input.writing
            self.output = output.reading
            self.errors = errors.reading
            close(input.reading)
            close(output.writing)
            close(errors.writing)
        }
    }

    deinit {
        if status == nil {
            kill(SIGKILL)
            _ = wait()
        }
        endInput()
        close(output)
        close(errors)
    }

    /// The next line it says; nil when it has nothing more to say.
    func line() -> String? {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard let more = ChildProcess.read(output) else { return nil }
            unread += more
        }
    }

    /// What it complained of, up to the end of its life.
    func complaint() -> String {
        var text: [UInt8] = []
        while let more = ChildProcess.read(errors) { text += more }
        return String(decoding: text, as: UTF8.self)
    }

    func endInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    func kill(_ signal: Int32) { Glibc.kill(pid, signal) }

    /// Waits for its end: the exit code, or minus the signal that ended it.
    @discardableResult
    func wait() -> Int32 {
        if let status { return status }
        var found: Int32 = 0
        while waitpid(pid, &found, 0) < 0, errno == EINTR {}
        let ended = found & 0x7F == 0 ? (found >> 8) & 0xFF : -(found & 0x7F)
        status = ended
        return ended
    }

    /// Waits until it is stopped by a signal.
    func waitUntilStopped() {
        var found: Int32 = 0
        while waitpid(pid, &found, WUNTRACED) < 0, errno == EINTR {}
    }

    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            writing = ends[1]
        }
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(part[..<count]) : nil
        }
    }

    private static let program: String = {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let tests =
            count > 0 ? String(decoding: path[..<count].map(UInt8.init), as: UTF8.self) : CommandLine.arguments[0]
        return tests.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/DaybookFaults"
    }()
}
