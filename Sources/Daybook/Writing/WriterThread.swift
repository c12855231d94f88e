// The writer: one thread that owns the write side of the store.
//
// LMDB's transactions belong to a thread, and nothing that waits for a disk belongs into Swift's pool. Callers
// leave commands in the inbox; a turn takes all that are there, makes due jobs ready, claims for free workers,
// commits once, hands out what was claimed and then answers. What arrives during the flush is the next turn. Its
// own wait is the timer, so due instants are exact and nothing polls.

internal import DaybookLog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

final class WriterThread: Sendable {
    private let writer: Writer

    private init(_ writer: Writer) {
        self.writer = writer
    }

    static func start(_ writer: Writer) throws(LogError) {
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(WriterThread(writer))
        let code = pthread_create(&thread, nil, runWriterThread, reference.toOpaque())
        guard code == 0 else {
            reference.release()
            throw LogError(
                .unusable, "The writer's thread cannot be started (error \(code)); look at the limits of this process.")
        }
        pthread_detach(thread)
    }

    fileprivate func run() {
        var rounds = WriterRounds(writer)
        var callers = ReturningCallers(writer.inbox, writer.environment.clock)
        while let nanoseconds = rounds.next() {
            callers.wait(for: rounds.answeredCallers, atMostNanoseconds: nanoseconds)
            writer.inbox.wait(timeoutNanoseconds: nanoseconds)
        }
        rounds.end()
    }
}

#if canImport(Darwin)
    private typealias ThreadReference = UnsafeMutableRawPointer
#else
    private typealias ThreadReference = UnsafeMutableRawPointer?
#endif

private func runWriterThread(_ reference: ThreadReference) -> UnsafeMutableRawPointer? {
    guard let reference else { return nil }
    Unmanaged<WriterThread>.fromOpaque(reference).takeRetainedValue().run()
    return nil
}
