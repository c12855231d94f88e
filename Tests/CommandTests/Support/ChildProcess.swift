import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a process did: how it ended and what it printed.
struct Ended {
    let code: Int32
    /// The signal that killed it, if one did.
    let signal: Int32?
    let outputBytes: [UInt8]
    let error: String

    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }
}

/// A process with pipes for its three streams. It is killed and waited for when nobody holds it any more.
final class ChildProcess {
    let id: pid_t
    private var input: Int32
    let output: Int32
    private let error: Int32
    private var isOver = false

    /// Streams that are given are used in place of a pipe; -1 stands for a stream that is closed.
    init(
        _ path: String, _ arguments: [[CChar]], environment: [String: String], output givenOutput: Int32? = nil
    ) throws {
        let inputPipe = try makePipe()
        let outputPipe = try makePipe()
        let errorPipe = try makePipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputPipe.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorPipe.write, STDERR_FILENO)
        switch givenOutput {
        case nil: posix_spawn_file_actions_adddup2(&actions, outputPipe.write, STDOUT_FILENO)
        case -1: posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO)
        case let descriptor?: posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The test's own runner may ignore SIGPIPE; what is tested must not profit from that.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Whoever starts a command may have blocked whatever he likes.
        var blocked = sigset_t()
        sigfillset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var child: pid_t = 0
        let code = withCStrings([bytes(path)] + arguments) { arguments in
            withCStrings(environment.map { bytes("\($0.key)=\($0.value)") }) { environment in
                posix_spawn(&child, path, &actions, &attributes, arguments, environment)
            }
        }
        for descriptor in [inputPipe.read, outputPipe.write, errorPipe.write] { close(descriptor) }
        id = child
        input = inputPipe.write
        output = outputPipe.read
        error = errorPipe.read
        try #require(code == 0, "posix_spawn of \(path): \(String(cString: strerror(code)))")
    }

    deinit {
        if !isOver {
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }
        for descriptor in [input, output, error] where descriptor >= 0 { close(descriptor) }
    }

    /// Gives all of `bytes`, closes the input and waits for the end.
    func finish(input bytes: [UInt8] = []) -> Ended {
        var left = bytes[...]
        var outputBytes: [UInt8] = []
        var errorBytes: [UInt8] = []
        var isOutputOpen = true
        var isErrorOpen = true
        if left.isEmpty { closeInput() }
        while isOutputOpen || isErrorOpen {
            var waits = [
                pollfd(fd: isOutputOpen ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isErrorOpen ? error : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            ]
            poll(&waits, 3, -1)
            if waits[0].revents != 0 { isOutputOpen = readSome(output, into: &outputBytes) }
            if waits[1].revents != 0 { isErrorOpen = readSome(error, into: &errorBytes) }
            if waits[2].revents != 0 { writeSome(&left) }
        }
        closeInput()
        return wait(outputBytes, errorBytes)
    }

    /// Waits until `condition` holds for what has been printed so far; false if the process ended before.
    func read(until condition: (String) -> Bool, into bytes: inout [UInt8]) -> Bool {
        while !condition(String(decoding: bytes, as: UTF8.self)) {
            if !readSome(output, into: &bytes) { return false }
        }
        return true
    }

    func give(_ bytes: [UInt8]) {
        var left = bytes[...]
        while !left.isEmpty { writeSome(&left) }
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    private func writeSome(_ left: inout ArraySlice<UInt8>) {
        let chunk = left.prefix(4096)
        let count = chunk.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count > 0 { left = left.dropFirst(count) } else { left = [] }
        if left.isEmpty, count <= 0 { closeInput() }
    }

    private func readSome(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return false }
        bytes += chunk[..<count]
        return true
    }

    private func wait(_ output: [UInt8], _ error: [UInt8]) -> Ended {
        var status: Int32 = 0
        waitpid(id, &status, 0)
        isOver = true
        let signal = status & 0x7F
        return Ended(
            code: status >> 8 & 0xFF, signal: signal == 0 ? nil : signal, outputBytes: output,
            error: String(decoding: error, as: UTF8.self))
    }
}

private func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    // Other children that start meanwhile must not hold these open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

func bytes(_ text: String) -> [CChar] { text.utf8CString.map { $0 } }

private func withCStrings<R>(_ strings: [[CChar]], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { string in string.withUnsafeBufferPointer { strdup($0.baseAddress!) } }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
