import CDaybookPlatform
import Foundation
import Testing

@Suite struct `The descriptor of a process's end` {
    @Test func `is readable once the process is gone, and not before`() throws {
        let child = try SleepingProcess()
        defer { child.end() }
        var descriptor: Int32 = -1
        let code = daybook_process_end_descriptor(child.pid, &descriptor)
        if code == ENOTSUP { return }
        try #require(code == 0)
        defer { close(descriptor) }
        #expect(isReadable(descriptor, milliseconds: 0) == false)
        kill(child.pid, SIGKILL)
        #expect(isReadable(descriptor, milliseconds: 10_000))
    }

    @Test func `is not given for a process that is not there`() throws {
        let child = try SleepingProcess()
        child.end()
        var descriptor: Int32 = -1
        let code = daybook_process_end_descriptor(child.pid, &descriptor)
        #expect(code == ESRCH || code == ENOTSUP)
    }

    private func isReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&asked, 1, milliseconds) == 1
    }
}

/// A process that waits for the end of its standard input.
private final class SleepingProcess {
    let pid: pid_t
    private let writes: Int32
    private var hasEnded = false

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/cat"), nil]
        defer { free(arguments[0]) }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, "/bin/cat", &actions, nil, arguments, nil) == 0)
        close(ends[0])
        self.pid = pid
        writes = ends[1]
    }

    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(writes)
    }
}
