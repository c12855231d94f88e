import CDaybookPlatform
import Foundation
import Testing

/// Another process with this one's memory, made by `fork`. Swift hides that function, because only the forking thread
/// lives on in the new process; here it calls C functions that take no locks, and then waits for its end.
private struct Child {
    let pid: pid_t
    private let fromChild: Int32
    private let toChild: Int32

    /// Runs `work` in the child, which then tells its result and waits until it is killed or `end` is called.
    init(_ work: () -> Int32) throws {
        typealias Fork = @convention(c) () -> pid_t
        #if canImport(Darwin)
            let anywhere = UnsafeMutableRawPointer(bitPattern: -2)
        #else
            let anywhere = UnsafeMutableRawPointer(bitPattern: 0)
        #endif
        // The C function's type, as its manual gives it.
        let fork = unsafeBitCast(try #require(dlsym(anywhere, "fork")), to: Fork.self)
        var up: [Int32] = [0, 0]
        var down: [Int32] = [0, 0]
        try #require(pipe(&up) == 0 && pipe(&down) == 0)
        let (upReads, upWrites, downReads, downWrites) = (up[0], up[1], down[0], down[1])
        pid = fork()
        if pid == 0 {
            close(downWrites)
            var result = work()
            write(upWrites, &result, 4)
            read(downReads, &result, 4)
            _exit(0)
        }
        close(upWrites)
        close(downReads)
        (fromChild, toChild) = (upReads, downWrites)
    }

    /// What the child's work gave.
    func result() throws -> Int32 {
        var result: Int32 = -1
        try #require(read(fromChild, &result, 4) == 4)
        return result
    }

    /// Kills the child and waits until it is gone.
    func end() {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(fromChild)
        close(toChild)
    }
}

@Suite struct RecordLockTests {
    private struct Holder: Equatable {
        var isHeld: Bool
        var pid: pid_t
    }

    private func holder(_ descriptor: Int32) -> Holder {
        var pid: pid_t = -1
        var isHeld: Int32 = -1
        #expect(daybook_record_lock_holder(descriptor, &pid, &isHeld) == 0)
        return Holder(isHeld: isHeld == 1, pid: pid)
    }

    @Test func `a lock of another process is refused, tells its holder and goes with it`() throws {
        try withTemporaryFile { descriptor, _ in
            #expect(holder(descriptor) == Holder(isHeld: false, pid: 0))
            let child = try Child { daybook_record_lock_try(descriptor) }
            #expect(try child.result() == 0)
            #expect(daybook_record_lock_try(descriptor) == EAGAIN)
            #expect(holder(descriptor) == Holder(isHeld: true, pid: child.pid))
            child.end()
            #expect(holder(descriptor) == Holder(isHeld: false, pid: 0))
            #expect(daybook_record_lock_try(descriptor) == 0)
        }
    }

    @Test func `a forked child does not have its parent's lock`() throws {
        try withTemporaryFile { descriptor, _ in
            #expect(daybook_record_lock_try(descriptor) == 0)
            let child = try Child { daybook_record_lock_try(descriptor) }
            #expect(try child.result() == EAGAIN)
            child.end()
        }
    }

    @Test func `one's own lock may be taken again and does not count as held`() throws {
        try withTemporaryFile { descriptor, _ in
            #expect(daybook_record_lock_try(descriptor) == 0)
            #expect(daybook_record_lock_try(descriptor) == 0)
            #expect(holder(descriptor) == Holder(isHeld: false, pid: 0))
        }
    }
}
