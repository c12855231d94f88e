// libevent's loop, on a thread of its own, and the only one that touches it: sockets, buffers and timers belong to that
// thread, so libevent needs no locks. Others leave work and write a byte into a pipe that the loop reads.

internal import CDaybookEvent
internal import DaybookLog
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Unchecked because libevent's pointers are used on the loop's thread alone, but for what happens before it starts
/// and after it has ended.
final class ServerLoop: @unchecked Sendable {
    let base: OpaquePointer
    private let readEnd: Int32
    private let writeEnd: Int32
    private var wakeEvent: OpaquePointer?
    private var thread: WorkerThreads?

    private struct Mail {
        var work: [@Sendable () -> Void] = []
        var hasEnded = false
    }

    private let mail = Mutex(Mail())

    init() throws(HTTPServerError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("make a pipe", errno) }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        guard let base = event_base_new() else {
            for end in ends { close(end) }
            throw HTTPServerError("The event loop cannot be made; look at the limits of this process.")
        }
        self.base = base
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        if let wakeEvent { event_free(wakeEvent) }
        event_base_free(base)
        close(readEnd)
        close(writeEnd)
    }

    /// Starts the thread.
    func start() throws(HTTPServerError) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        wakeEvent = event_new(base, readEnd, Int16(EV_READ | EV_PERSIST), { _, _, context in wake(context) }, this)
        guard let wakeEvent, event_add(wakeEvent, nil) == 0 else {
            throw HTTPServerError("The event loop cannot be started.")
        }
        thread = WorkerThreads(1) { [self] in
            ServerLoop.surviveClientsThatGo()
            event_base_dispatch(base)
            mail.withLock { $0.hasEnded = true }
            // What came too late still has to let go of whoever waits for it.
            runMail()
        }
        guard thread?.count == 1 else { throw HTTPServerError("A thread to serve with cannot be started.") }
    }

    /// Who writes to a client that has gone gets a signal that ends the process, unless the thread that writes does not
    /// take it. What the program does about that signal elsewhere is not this library's to change.
    private static func surviveClientsThatGo() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Leaves work for the loop's thread. After the loop has ended it is done here.
    func post(_ work: @escaping @Sendable () -> Void) {
        let (isFirst, isLate) = mail.withLock { mail in
            guard !mail.hasEnded else { return (false, true) }
            mail.work.append(work)
            return (mail.work.count == 1, false)
        }
        if isLate { return work() }
        guard isFirst else { return }
        var byte: UInt8 = 1
        // A pipe that is full wakes the loop as well.
        _ = write(writeEnd, &byte, 1)
    }

    /// Ends the loop after what has been posted, and waits for that. Not from the loop's own thread.
    func stop() {
        post { [self] in _ = event_base_loopbreak(base) }
        thread?.join()
        thread = nil
    }

    fileprivate func runMail() {
        let work = mail.withLock { mail in
            defer { mail.work = [] }
            return mail.work
        }
        for one in work { one() }
    }

    fileprivate func drainPipe() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(readEnd, &bytes, bytes.count) == bytes.count {}
    }
}

private func wake(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let loop = Unmanaged<ServerLoop>.fromOpaque(context).takeUnretainedValue()
    loop.drainPipe()
    loop.runMail()
}
