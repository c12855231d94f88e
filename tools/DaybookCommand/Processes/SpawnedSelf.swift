// This program once more, as a child. Some damage kills whoever touches it, and no check beforehand finds all of it; so
// what must not die asks a child and hears in a pipe how far it came. The child reads its standard input, which its
// parent holds open and never writes to: when that ends the parent is gone, however it died, and the child ends as
// well.

import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child process that runs this program with other arguments.
final class SpawnedSelf {
    private let id: pid_t
    private let leash: Int32
    private let output: Int32
    private let error: Int32

    init(_ arguments: [String]) throws(Failure) {
        let input = try SpawnedSelf.pipePair()
        let output = try SpawnedSelf.pipePair()
        let error = try SpawnedSelf.pipePair()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error.write, STDERR_FILENO)

        var copies: [UnsafeMutablePointer<CChar>?] = (["daybook"] + arguments).map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, try SpawnedSelf.program(), &actions, nil, &copies, environ)
        for end in [input.read, output.write, error.write] { close(end) }
        leash = input.write
        self.output = output.read
        self.error = error.read
        id = child
        guard code == 0 else {
            throw .unusable(
                "A process of its own cannot be started (\(Descriptor.text(of: code))); see to it and try again.")
        }
    }

    /// Calls `body` with every piece of the child's standard output until it ends; what it says on standard error is
    /// collected.
    func read(_ body: ([UInt8]) -> Void) -> (exit: VerifyExit, error: [UInt8]) {
        var errorBytes: [UInt8] = []
        var isOutputOpen = true
        var isErrorOpen = true
        while isOutputOpen || isErrorOpen {
            var waits = [
                pollfd(fd: isOutputOpen ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isErrorOpen ? error : -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&waits, 2, -1)
            if waits[0].revents != 0 {
                var piece: [UInt8] = []
                isOutputOpen = Descriptor.read(output, count: 1 << 16, into: &piece) > 0
                if isOutputOpen { body(piece) }
            }
            if waits[1].revents != 0 {
                var piece: [UInt8] = []
                isErrorOpen = Descriptor.read(error, count: 1 << 12, into: &piece) > 0
                if errorBytes.count < SpawnedSelf.errorBytesMax { errorBytes += piece }
            }
        }
        return (wait(), errorBytes)
    }

    private static let errorBytesMax = 1 << 16

    private func wait() -> VerifyExit {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited(code: status >> 8 & 0xFF) : .killed(signal: signal)
    }

    deinit {
        for end in [leash, output, error] { close(end) }
    }

    private static func pipePair() throws(Failure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .unusable(
                "A pipe cannot be made (\(Descriptor.text(of: errno))); raise the limit of open files (ulimit -n).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func program() throws(Failure) -> String {
        #if os(Linux)
            return "/proc/self/exe"
        #else
            var path = [CChar](repeating: 0, count: 4_096)
            var count = UInt32(path.count)
            guard _NSGetExecutablePath(&path, &count) == 0 else {
                throw .unusable("This program cannot find itself; call it by its full path.")
            }
            return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        #endif
    }
}
