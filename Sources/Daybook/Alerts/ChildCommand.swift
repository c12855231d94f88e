internal import DaybookLog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A short program that is run for a message: the message on its standard input, its output thrown away, the first of
/// its errors kept. It has a process group of its own, of which nothing is left afterwards.
struct ChildCommand: Sendable {
    let words: [String]
    let variables: [String: String]
    let input: [UInt8]

    /// What a pipe takes without anybody reading.
    private static let inputBytesMax = 32 << 10
    private static let errorBytesMax = 2_000
    private static let patienceNanoseconds: UInt64 = 30_000_000_000

    /// Runs it on a thread of its own. Throws unless it ends with exit code 0.
    func run(_ group: (Int32) -> Void) async throws {
        let child = try start()
        group(child.id)
        defer { group(0) }
        var thread: WorkerThreads?
        defer { thread?.join() }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let started = WorkerThreads(1) { continuation.resume(with: Result { try wait(for: child) }) }
            thread = started
            guard started.count == 0 else { return }
            kill(-child.id, SIGKILL)
            _ = child.reap(options: 0)
            close(child.error)
            continuation.resume(throwing: CommandFailure("no thread is to be had to wait for \(words[0])"))
        }
    }

    private struct Child: Sendable {
        let id: pid_t
        /// Where its errors come from.
        let error: Int32

        /// Whether it has ended, and how; nil if that was told to somebody else: the program waits for all its
        /// children, or for none (`SIGCHLD` ignored).
        func reap(options: Int32) -> (isOver: Bool, status: Int32?) {
            var status: Int32 = 0
            var found: pid_t
            repeat { found = waitpid(id, &status, options) } while found == -1 && errno == EINTR
            return (found != 0, found == -1 ? nil : status)
        }
    }

    private func wait(for child: Child) throws {
        defer { close(child.error) }
        let deadline = MonotonicClock.nowNanoseconds + ChildCommand.patienceNanoseconds
        var error: [UInt8] = []
        while true {
            read(child.error, into: &error)
            let (isOver, status) = child.reap(options: WNOHANG)
            if isOver {
                // What it left running must not outlive it.
                kill(-child.id, SIGKILL)
                read(child.error, into: &error)
                guard let status else {
                    throw CommandFailure(
                        "how \(words[0]) ended is not known: this program waits for all its children, or for none")
                }
                guard status != 0 else { return }
                throw CommandFailure(
                    "\(words[0]) ended with \(ChildCommand.words(of: status)): \(ChildCommand.line(error))")
            }
            guard MonotonicClock.nowNanoseconds < deadline else {
                kill(-child.id, SIGKILL)
                _ = child.reap(options: 0)
                throw CommandFailure("\(words[0]) took longer than 30 seconds and was ended")
            }
            MonotonicClock.pause(nanoseconds: 5_000_000)
        }
    }

    private func read(_ descriptor: Int32, into bytes: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = systemRead(descriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            if bytes.count < ChildCommand.errorBytesMax { bytes += chunk.prefix(count) }
        }
    }

    private static func words(of status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
    }

    private static func line(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(errorBytesMax).filter { $0 >= 0x20 }, as: UTF8.self)
    }

    // MARK: Starting

    private func start() throws -> Child {
        var input: [Int32] = [-1, -1]
        var error: [Int32] = [-1, -1]
        guard pipe(&input) == 0 else { throw CommandFailure("no pipe is to be had") }
        guard pipe(&error) == 0 else {
            input.forEach { _ = close($0) }
            throw CommandFailure("no pipe is to be had")
        }
        for descriptor in input + error { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(error[0], F_SETFL, O_NONBLOCK)
        // Before there is a reader who might go away, and no more than the pipe holds.
        let message = self.input.prefix(ChildCommand.inputBytesMax)
        _ = message.withUnsafeBytes { write(input[1], $0.baseAddress, $0.count) }
        close(input[1])
        let started = ChildProcess(words[0], words, environment: surroundings()).start([
            STDIN_FILENO: .same(as: input[0]), STDOUT_FILENO: .discarded, STDERR_FILENO: .same(as: error[1]),
        ])
        close(input[0])
        close(error[1])
        switch started {
        case .success(let id): return Child(id: id, error: error[0])
        case .failure(let failure):
            close(error[0])
            throw CommandFailure("\(words[0]) cannot be started (errno \(failure.code))")
        }
    }

    /// This process's own, and what is added.
    private func surroundings() -> [String] {
        var found: [String] = []
        var place = environ
        while let text = place.pointee {
            found.append(String(cString: text))
            place += 1
        }
        return found + variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

/// A message that did not get through.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
